//! Responses that several endpoints of provenance share. Invariant: a query document carries the heights that were
//! indexed before the read.

use crate::freshness::Heights;
use axum::response::{IntoResponse, Response};
use http::header;

/// Responds with an EPCIS query document and the indexed heights.
pub(super) fn query_document(text: String, heights: Heights) -> Response {
    (heights, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
