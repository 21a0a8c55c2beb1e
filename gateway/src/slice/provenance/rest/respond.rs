//! What the endpoints of this slice have in common when they answer.

use crate::freshness::Heights;
use axum::response::{IntoResponse, Response};
use http::header;

/// An EPCIS query document, with how fresh it is.
pub(super) fn query_document(text: String, heights: Heights) -> Response {
    (heights, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
