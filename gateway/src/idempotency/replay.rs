//! The header of an answer that an earlier request with the same key got already.

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderName, HeaderValue};
use std::convert::Infallible;

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A part of an answer: `Idempotency-Replayed: true` when the answer is one that was given before, else nothing.
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
