//! One delivery: its events, its document and the call of the receiver. Invariant: the document and the signature are
//! of the same bytes, and their memory counts for the tenant until the call ends.

use super::{SEALED_KIND, signature, store::Stored};
use crate::{
    budget::Charge,
    error::ApiError,
    outgoing::{Call, Outgoing, OutgoingError},
    provenance::{
        answer::{self, Addressed},
        gs1_header::AnswerForm,
        search::{Followed, find_after},
    },
    state::Gateway,
    submit::now_us,
    tenant_id::TenantId,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use indexer::provenance::{EventPosition, PageLimit};
use standards_epcis::query::EventQuery;
use standards_webhooks::outcome::{self, Outcome};
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The most events in one delivery.
pub const EVENTS_PER_DELIVERY_MAX: u32 = 100;
/// The most bytes of documents in one delivery, unless one event alone has more.
pub const DELIVERY_BYTES_MAX: u32 = 1_024 * 1_024;

const SIGNATURE: HeaderName = HeaderName::from_static("gs1-signature");

/// Finds the next events of a subscription.
///
/// # Errors
/// As [`find_after`].
pub(super) async fn find(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    (stored, query): (&Stored, EventQuery),
    after: EventPosition,
    rows: u32,
) -> Result<Followed, ApiError> {
    let limit = PageLimit { rows, bytes: DELIVERY_BYTES_MAX };
    let memory = answer::memory(stored.form, DELIVERY_BYTES_MAX as usize);
    find_after(gateway, tenant, query, after, limit, memory).await
}

/// A request to a receiver.
#[derive(Debug)]
pub(super) struct Letter {
    tenant: TenantId,
    dest: String,
    token: Option<Zeroizing<Vec<u8>>>,
    media: &'static str,
    form: AnswerForm,
    body: Bytes,
}

/// Writes the delivery of the first events that were found. Returns with it what it is about.
///
/// # Errors
/// `limit.share`, `limit.overloaded`, an internal failure for a document or a token that cannot be read.
pub(super) async fn write(
    gateway: &Gateway,
    tenant: TenantId,
    stored: &Stored,
    found: Followed,
) -> Result<(Letter, Followed), ApiError> {
    let addressed = Addressed {
        id: format!("urn:waymark:epcis:delivery:{}:{}", stored.id, stored.delivery),
        subscription_id: stored.id.to_string(),
    };
    let name = stored.query_name.clone();
    let (parcel, rows) = answer::delivery(gateway, name, addressed, found.rows, stored.form).await?;
    let found = Followed { rows, ..found }.up_to(parcel.events);
    Ok((letter(gateway, tenant, stored, (parcel.media, parcel.text)).await?, found))
}

/// Writes the delivery of a failure, in the format of problems.
///
/// # Errors
/// As [`write`].
pub(super) async fn write_failure(
    gateway: &Gateway,
    tenant: TenantId,
    stored: &Stored,
    error: ApiError,
) -> Result<Letter, ApiError> {
    letter(gateway, tenant, stored, answer::problem_text(error, stored.form)).await
}

async fn letter(
    gateway: &Gateway,
    tenant: TenantId,
    stored: &Stored,
    (media, text): (&'static str, String),
) -> Result<Letter, ApiError> {
    let token = match &stored.token {
        Some(sealed) => Some(gateway.vault.open(SEALED_KIND, tenant, stored.id.as_bytes(), sealed)?),
        None => None,
    };
    let body = Charge::reserve(text.len()).await?.attach(text);
    Ok(Letter { tenant, dest: stored.dest.clone(), token, media, form: stored.form, body })
}

/// Seals the secret of a subscription.
pub(in crate::slice::provenance) fn seal_token(gateway: &Gateway, tenant: TenantId, id: Uuid, token: &str) -> Vec<u8> {
    gateway.vault.seal(SEALED_KIND, tenant, id.as_bytes(), token.as_bytes())
}

/// What came of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Sent {
    /// The receiver has it.
    Delivered,
    /// The receiver wants fewer events at once (413).
    TooLarge,
    /// The receiver wants no more deliveries (410).
    Gone,
    /// There is no place for a call to this host now; it was not made.
    Busy,
    /// Anything else, and the time that the receiver asks for.
    Failed { error: String, retry_after_s: Option<u64> },
}

/// Calls the receiver.
pub(super) async fn send(outgoing: &Outgoing, letter: Letter) -> Sent {
    let failed = |error: OutgoingError| match error {
        OutgoingError::Busy => Sent::Busy,
        error => Sent::Failed { error: error.code().to_owned(), retry_after_s: None },
    };
    let target = match outgoing.target(&letter.dest) {
        Ok(target) => target,
        // The operator allows this receiver no more.
        Err(problem) => return failed(problem.into()),
    };
    let mut headers: HeaderMap = letter.form.headers().collect();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(letter.media));
    headers.insert(header::USER_AGENT, HeaderValue::from_static("waymark"));
    if let Some(token) = &letter.token {
        headers.insert(SIGNATURE, signature::sign(token, &letter.body));
    }
    let answer = match outgoing.post(letter.tenant, &target, Call { headers, body: letter.body }).await {
        Ok(answer) => answer,
        Err(error) => return failed(error),
    };
    match Outcome::of(answer.status) {
        Outcome::Delivered => Sent::Delivered,
        Outcome::Gone => Sent::Gone,
        _ if answer.status == 413 => Sent::TooLarge,
        Outcome::Overloaded | Outcome::Failed => {
            let now_s = u64::try_from(now_us() / 1_000_000).unwrap_or(0);
            let retry_after_s =
                answer.retry_after.and_then(|header| outcome::retry_after_s(answer.status, &header, now_s));
            Sent::Failed { error: format!("the receiver answered {}", answer.status), retry_after_s }
        }
    }
}
