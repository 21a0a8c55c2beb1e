//! Accepts a write: drafts, seals and signs it, stores it durably and submits it. Invariant: a write is submitted only
//! after the commit, and then always.

use super::{Draft, EntrySealer};
use crate::{
    auth::Principal,
    db,
    error::{ApiError, Code},
    idempotency::{Attempt, Replayed, StoredResponse},
    operation::{OperationId, OperationRecord, query},
    state::Gateway,
    storage,
    submit::{Request, Submission, Submitter, check_size, now_us},
    tenant_id::TenantId,
    trace,
    vault::TenantKeys,
};
use chain_seal::TransactionKey;
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Requests up to this size, in bytes, are drafted on the async runtime. Larger ones would delay other requests there.
const INLINE_BYTES_MAX: usize = 8 * 1_024;

/// A write as a domain orders it.
#[derive(Debug)]
pub struct Order<F> {
    /// The kind of the operation, `<slice>.<verb>`.
    pub kind: &'static str,
    /// The code of the error when the request exceeds one transaction.
    pub too_large: &'static Code,
    /// The size of the request in bytes, an estimate of the work.
    pub bytes: usize,
    /// Creates the draft; a pure function.
    pub draft: F,
}

/// A write that is stored durably and submitted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Accepted<A> {
    pub operation: OperationId,
    /// The domain's part of the response.
    #[serde(flatten)]
    pub answer: A,
    #[serde(skip)]
    is_replay: bool,
}

impl<A> Accepted<A> {
    /// Marks the response when an earlier request with the same `Idempotency-Key` did the work.
    pub fn replayed(&self) -> Replayed {
        Replayed(self.is_replay)
    }
}

/// Accepts a write. It is not undone when the client disconnects.
///
/// # Errors
/// The error of the draft, `too_large` of the order, `ledger.too_much_work`, `ledger.busy`, `storage.full`, and the
/// errors of `Idempotency-Key`.
pub async fn accept<A, F>(
    gateway: &Arc<Gateway>,
    caller: &Principal,
    attempt: Attempt,
    order: Order<F>,
) -> Result<Accepted<A>, ApiError>
where
    A: Serialize + DeserializeOwned + Clone + Send + 'static,
    F: FnOnce(EntrySealer<'_>) -> Result<Draft<A>, ApiError> + Send + 'static,
{
    storage::check(gateway)?;
    let accepted_at_us = now_us();
    let keys = gateway.tenant_keys(caller.tenant).await?;
    let is_small = order.bytes <= INLINE_BYTES_MAX;
    let work = Signing {
        submitter: Arc::clone(&gateway.submitter),
        keys,
        tenant: caller.tenant,
        subject: caller.subject.clone(),
        trace_id: trace::id(),
        accepted_at_us,
        order,
    };
    let (prepared, answer) =
        if is_small { work.run()? } else { gateway.processors.compute(move || work.run()).await?? };
    // Runs in its own task: if the client disconnects right after the commit, the submission must still follow.
    let gateway = Arc::clone(gateway);
    tokio::spawn(trace::inherit(async move { store_and_launch(&gateway, attempt, prepared, answer).await }))
        .await
        .unwrap_or_else(|stopped| Err(ApiError::internal(&stopped)))
}

/// A write that is ready to be stored.
enum Prepared {
    /// To be submitted after it is stored.
    Signed(Box<Submission>),
    /// Without commands, so that there is nothing to submit.
    Decided(Box<OperationRecord>),
}

impl Prepared {
    fn record(&self) -> &OperationRecord {
        match self {
            Self::Signed(submission) => submission.record(),
            Self::Decided(record) => record,
        }
    }
}

/// The CPU-bound part of a write: draft and signature.
struct Signing<F> {
    submitter: Arc<Submitter>,
    keys: Arc<TenantKeys>,
    tenant: TenantId,
    subject: String,
    trace_id: Option<String>,
    accepted_at_us: i64,
    order: Order<F>,
}

impl<F> Signing<F> {
    fn run<A>(self) -> Result<(Prepared, A), ApiError>
    where
        F: FnOnce(EntrySealer<'_>) -> Result<Draft<A>, ApiError>,
    {
        let mut key = Zeroizing::new([0_u8; 32]);
        rand::fill(&mut *key);
        let transaction_key = TransactionKey::from_bytes(*key);
        let sealer = EntrySealer::new(self.tenant, &self.keys, &transaction_key);
        let Draft { entries, mode, pointer, refused, answer } = (self.order.draft)(sealer)?;
        check_size(&entries, self.order.too_large)?;
        let request = Request {
            kind: self.order.kind,
            tenant: self.tenant,
            signer: None,
            subject: self.subject,
            trace_id: self.trace_id,
            accepted_at_us: self.accepted_at_us,
            pointer,
            mode,
            refused,
            commands: entries,
        };
        if request.commands.is_empty() {
            return Ok((Prepared::Decided(Box::new(self.submitter.decided_at_once(request))), answer));
        }
        let submission = self.submitter.sign(request, &self.keys.signing)?;
        let sealed_key = self.keys.seal_transaction_key(submission.record().tx_id, &key);
        Ok((Prepared::Signed(Box::new(submission.with_transaction_key(key, sealed_key))), answer))
    }
}

/// Commits the write with its idempotency record and submits it, or returns the stored response of the first request.
async fn store_and_launch<A>(
    gateway: &Arc<Gateway>,
    attempt: Attempt,
    prepared: Prepared,
    answer: A,
) -> Result<Accepted<A>, ApiError>
where
    A: Serialize + DeserializeOwned + Clone + Send + 'static,
{
    let accepted = Accepted { operation: prepared.record().id, answer, is_replay: false };
    let (shared, answer) = (Arc::clone(gateway), accepted.clone());
    let (prepared, replayed) = db::run(&gateway.pool, prepared.record().tenant, move |conn| {
        Box::pin(async move {
            if let Some(stored) = attempt.begin(&shared, conn).await? {
                return Ok((prepared, Some(stored)));
            }
            match &prepared {
                Prepared::Signed(submission) => submission.store(conn).await?,
                Prepared::Decided(record) => query::insert(conn, record).await?,
            }
            let stored = StoredResponse::json(StatusCode::ACCEPTED, &answer)?;
            attempt.complete(&shared, conn, &stored).await?;
            Ok((prepared, None))
        })
    })
    .await?;
    if let Some(stored) = replayed {
        let first: Accepted<A> = serde_json::from_slice(stored.body()).map_err(|error| ApiError::internal(&error))?;
        return Ok(Accepted { is_replay: true, ..first });
    }
    if let Prepared::Signed(submission) = prepared {
        gateway.submitter.launch(*submission);
    }
    Ok(accepted)
}
