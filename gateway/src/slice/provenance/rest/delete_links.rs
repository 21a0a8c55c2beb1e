//! `DELETE /v1/provenance/links/{identifier}`: deletes the links of an object. Invariant: the links of other objects
//! stay, and each of those keeps a default link.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    params::PathParams,
    provenance::{
        code,
        resolver::{identifier, store, unknown_link},
    },
    state::Gateway,
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::INVALID_DIGITAL_LINK, code::UNKNOWN_LINK, code::DEFAULT_LINK_IN_USE);

/// Deletes the links of an object.
#[utoipa::path(
    delete, path = "/v1/provenance/links/{identifier}", tag = "provenance", operation_id = "deleteLinks",
    params(("identifier" = String, Path, min_length = 1,
        description = "The object: a GS1 Digital Link, its path or an element string in brackets, percent-encoded")),
    responses((status = 204, description = "The links are deleted"), Problems),
)]
pub(super) async fn delete_links(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(identifier): PathParams<String>,
) -> Result<StatusCode, ApiError> {
    let object = identifier::parse(&identifier, "/identifier")?;
    let tenant = caller.tenant;
    let is_deleted =
        db::run(&gateway.pool, tenant, move |conn| Box::pin(async move { store::delete(conn, tenant, &object).await }))
            .await?;
    if is_deleted { Ok(StatusCode::NO_CONTENT) } else { Err(unknown_link()) }
}
