//! Accepting a capture: check, seal, sign, make durable, submit. Invariant: before the one commit nothing is stored, and
//! after it the capture is owed, whether or not the client is still there.

use super::{
    code,
    evidence::tenant_keys,
    problem::invalid_document,
    seal::{Refusal, SealedDocument, Shape, seal_document},
};
use crate::{
    auth::Principal,
    db,
    error::ApiError,
    idempotency::{Attempt, StoredResponse},
    operation::OperationId,
    state::Gateway,
    submit::{Request, Submission, Submitter, now_us},
    trace,
    vault::TenantKeys,
};
use bytes::Bytes;
use chain_seal::TransactionKey;
use chain_types::{Mode, TenantId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The kind of capture operations.
pub const CAPTURE: &str = "provenance.capture";

/// Bytes of the largest capture.
pub const CAPTURE_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// Documents up to this size are worked on right here; larger ones would keep the reactor from other requests.
const INLINE_BYTES_MAX: usize = 8 * 1_024;

/// What is to be captured.
#[derive(Clone, Debug)]
pub struct CaptureOrder {
    /// The document as sent.
    pub body: Bytes,
    /// What it is sent as.
    pub shape: Shape,
    /// `Atomic` is the standard's `rollback`, `Independent` its `proceed`.
    pub mode: Mode,
}

/// A capture that is durable and submitted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Accepted {
    operation: String,
    /// The id of the first event.
    pub event_id: String,
    #[serde(skip)]
    /// Whether an earlier request with the same `Idempotency-Key` did the work.
    pub is_replay: bool,
}

impl Accepted {
    /// The operation.
    ///
    /// # Errors
    /// A failure of ours, when a stored answer is damaged.
    pub fn operation(&self) -> Result<OperationId, ApiError> {
        self.operation.parse().map_err(|error| ApiError::internal(&error))
    }
}

/// Accepts a capture. The caller hanging up does not undo it.
///
/// # Errors
/// Every fault of the document; `ledger.busy`; the errors of `Idempotency-Key`.
pub async fn accept(
    gateway: &Arc<Gateway>,
    caller: &Principal,
    attempt: Attempt,
    order: CaptureOrder,
) -> Result<Accepted, ApiError> {
    let accepted_at_us = now_us();
    let keys = tenant_keys(gateway, caller.tenant).await?;
    let work = Sealing {
        submitter: Arc::clone(&gateway.operations),
        keys,
        tenant: caller.tenant,
        subject: caller.subject.clone(),
        trace_id: trace::id(),
        accepted_at_us,
        order,
    };
    let (submission, accepted) = if work.order.body.len() <= INLINE_BYTES_MAX {
        work.run()?
    } else {
        gateway.operations.compute(move || work.run()).await??
    };
    // Its own task: when the client hangs up right after the commit, the submission must still follow.
    let gateway = Arc::clone(gateway);
    tokio::spawn(async move { store_and_launch(&gateway, attempt, submission, accepted).await })
        .await
        .unwrap_or_else(|stopped| Err(ApiError::internal(&stopped)))
}

/// Everything that one capture costs the processor.
struct Sealing {
    submitter: Arc<Submitter>,
    keys: Arc<TenantKeys>,
    tenant: uuid::Uuid,
    subject: String,
    trace_id: Option<String>,
    accepted_at_us: i64,
    order: CaptureOrder,
}

impl Sealing {
    fn run(self) -> Result<(Submission, Accepted), ApiError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        rand::fill(&mut *key);
        let tenant = TenantId(self.tenant.into_bytes());
        let transaction_key = TransactionKey::from_bytes(*key);
        let sealed = seal_document(&self.order.body, self.order.shape, tenant, &self.keys, &transaction_key);
        let SealedDocument { commands, event_ids, pointer } = sealed.map_err(refuse)?;
        let request = Request {
            kind: CAPTURE,
            tenant: self.tenant,
            signer: None,
            subject: self.subject,
            trace_id: self.trace_id,
            accepted_at_us: self.accepted_at_us,
            pointer,
            mode: self.order.mode,
            commands,
        };
        let submission = self.submitter.sign(request, &self.keys.signing)?;
        let sealed_key = self.keys.seal_transaction_key(submission.record().tx_id, &key);
        let accepted = Accepted {
            operation: submission.record().id.to_string(),
            event_id: event_ids.into_iter().next().unwrap_or_default(),
            is_replay: false,
        };
        Ok((submission.with_transaction_key(key, sealed_key), accepted))
    }
}

fn refuse(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Problems(problems) => invalid_document(problems),
        Refusal::TooLarge => ApiError::new(&code::DOCUMENT_TOO_LARGE, "Split the document. Nothing was stored."),
    }
}

async fn store_and_launch(
    gateway: &Arc<Gateway>,
    attempt: Attempt,
    submission: Submission,
    accepted: Accepted,
) -> Result<Accepted, ApiError> {
    let (shared, answer) = (Arc::clone(gateway), accepted.clone());
    let (submission, replayed) = db::run(&gateway.pool, submission.record().tenant, move |conn| {
        Box::pin(async move {
            if let Some(stored) = attempt.begin(&shared, conn).await? {
                return Ok((submission, Some(stored)));
            }
            submission.store(conn).await?;
            let stored = StoredResponse::json(StatusCode::ACCEPTED, &answer)?;
            attempt.complete(&shared, conn, &stored).await?;
            Ok((submission, None))
        })
    })
    .await?;
    if let Some(stored) = replayed {
        let first: Accepted = serde_json::from_slice(stored.body()).map_err(|error| ApiError::internal(&error))?;
        return Ok(Accepted { is_replay: true, ..first });
    }
    gateway.operations.launch(submission);
    Ok(accepted)
}
