//! What the endpoints of this slice have in common when they answer.

use crate::{
    body,
    error::{ApiError, code as door},
    ledger::freshness::{HEIGHT, Heights},
    operation::{OperationId, OperationRecord, find},
    provenance::{capture::Accepted, code},
    state::Gateway,
};
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Gives every error of an `/epcis` endpoint its exception type.
pub(super) fn answer(result: Result<Response, ApiError>) -> Response {
    result.unwrap_or_else(|error| code::with_exception_type(error).into_response())
}

/// The body of a request that says it is JSON, within `bytes_max`.
pub(super) async fn read_json_body(request: Request, bytes_max: usize) -> Result<Bytes, ApiError> {
    let is_json =
        body::media_type(request.headers()).is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"));
    if !is_json {
        let detail = "Send `Content-Type: application/json` or `application/ld+json`.";
        return Err(ApiError::new(&door::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    body::read(request, bytes_max).await
}

/// Waits until an operation is decided and indexed, at most `wait`; says what is known then, and whether that is all.
pub(super) async fn outcome(
    gateway: &Arc<Gateway>,
    tenant: Uuid,
    id: OperationId,
    wait: Option<Duration>,
) -> Result<(OperationRecord, bool), ApiError> {
    if let Some(mut ticket) = gateway.operations.ticket(tenant, id) {
        let done = match wait {
            Some(wait) => ticket.visible(wait).await,
            None => false,
        };
        return Ok((ticket.record(), done));
    }
    let record = find::find(gateway, tenant, &id.to_string()).await?;
    let done = wait.is_some() && record.decision.is_some();
    Ok((record, done))
}

/// Marks the answer to a repeated request.
pub(super) fn mark_replay(mut response: Response, accepted: &Accepted) -> Response {
    if accepted.is_replay {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// An EPCIS query document, with how fresh it is.
pub(super) fn query_document(text: String, heights: &Heights) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HEIGHT, heights.header());
    response
}

/// A path segment with everything encoded that has a meaning in a URL.
pub(super) fn encode_segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
