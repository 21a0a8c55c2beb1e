//! `DELETE /epcis/nextPageToken/{token}`: an optional operation of the binding. Invariant: nothing is stored for a page
//! token, so there is nothing to release.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    params::{NoParams, Params, PathParams},
    provenance::code,
};
use http::StatusCode;

problems!(common::INVALID_PARAMETER, code::NOT_IMPLEMENTED);

/// Answers 501: a page token holds its own position, under a signature. The repository keeps nothing for it, and it
/// does not expire.
#[utoipa::path(
    delete, path = "/epcis/nextPageToken/{token}", tag = "epcis", operation_id = "releasePageToken",
    params(("token" = String, Path, min_length = 1, description = "A token of a page")),
    responses(Problems),
)]
pub(super) async fn release_page_token(
    _: Scoped<scope::ProvenanceRead>,
    PathParams(_token): PathParams<String>,
    _: Params<NoParams>,
) -> Result<StatusCode, ApiError> {
    let detail = "A page token is not stored, so it cannot be released. Forget it.";
    Err(ApiError::new(&code::NOT_IMPLEMENTED, detail))
}
