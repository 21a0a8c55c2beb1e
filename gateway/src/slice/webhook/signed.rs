//! The request that carries a webhook (Standard Webhooks, "Webhook headers"). Invariant: what is signed is what is
//! sent.

use crate::{error::ApiError, outgoing::Call};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use standards_webhooks::{
    message::{ID_HEADER, Message, SIGNATURE_HEADER, TIMESTAMP_HEADER},
    secret::Secret,
    sign::sign,
};

/// The media type of one `CloudEvent` in structured mode (CloudEvents 1.0, HTTP protocol binding, section 3.2).
const CLOUD_EVENT: HeaderValue = HeaderValue::from_static("application/cloudevents+json");
/// Names the sender to the receiver's log.
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("Waymark/", env!("CARGO_PKG_VERSION")));

/// Signs a `CloudEvent` with each of the secrets. `id` is that of the webhook, the same at every attempt; `timestamp_s`
/// is the time of this attempt, in seconds since 1970.
///
/// # Errors
/// An internal failure when there is no secret, or the id is none of a webhook.
pub fn signed(id: &str, timestamp_s: u64, body: Bytes, secrets: &[Secret]) -> Result<Call, ApiError> {
    let signatures = sign(&Message { id, timestamp_s, body: &body }, secrets);
    let signatures = signatures.map_err(|error| ApiError::internal(&error))?;
    let value = |text: &str| HeaderValue::try_from(text).map_err(|error| ApiError::internal(&error));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, CLOUD_EVENT);
    headers.insert(header::USER_AGENT, USER_AGENT);
    headers.insert(HeaderName::from_static(ID_HEADER), value(id)?);
    headers.insert(HeaderName::from_static(TIMESTAMP_HEADER), timestamp_s.into());
    headers.insert(HeaderName::from_static(SIGNATURE_HEADER), value(&signatures)?);
    Ok(Call { headers, body })
}
