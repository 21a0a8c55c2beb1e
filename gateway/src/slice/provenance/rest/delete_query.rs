//! `DELETE /epcis/queries/{name}`: deletes a named query. Invariant: events are not touched.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    params::{NoParams, Params, PathParams},
    provenance::{
        code,
        named_query::{store, unknown_query},
    },
    state::Gateway,
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_QUERY, code::NOT_ACCEPTABLE);

/// Deletes a named query.
#[utoipa::path(
    delete, path = "/epcis/queries/{name}", tag = "epcis", operation_id = "deleteQuery",
    params(("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded")),
    responses((status = 204, description = "The query is deleted"), Problems),
)]
pub(super) async fn delete_query(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(name): PathParams<String>,
    _: Params<NoParams>,
) -> Result<StatusCode, ApiError> {
    let tenant = caller.tenant;
    let is_deleted = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::delete(conn, tenant, &name).await?) })
    })
    .await?;
    if is_deleted { Ok(StatusCode::NO_CONTENT) } else { Err(unknown_query()) }
}
