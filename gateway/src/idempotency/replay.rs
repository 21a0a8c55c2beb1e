//! The response header that marks a replayed response. Invariant: a response to a first request does not carry the
//! header.

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderName, HeaderValue};
use std::convert::Infallible;

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Adds `Idempotency-Replayed: true` when the response was stored by an earlier request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replayed(pub bool);

impl IntoResponseParts for Replayed {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if self.0 {
            parts.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(parts)
    }
}
