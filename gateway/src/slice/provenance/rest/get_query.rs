//! `GET /epcis/queries/{name}`: one named query. Invariant: the handler only reads queries of the caller's tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    params::{NoParams, Params, PathParams},
    provenance::{
        code,
        named_query::{self, NamedQuery},
    },
    state::Gateway,
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_QUERY, code::NOT_ACCEPTABLE);

/// Returns a named query as it was stored.
#[utoipa::path(
    get, path = "/epcis/queries/{name}", tag = "epcis", operation_id = "getQuery",
    params(("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded")),
    responses((status = 200, description = "The query", body = NamedQuery), Problems),
)]
pub(super) async fn get_query(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(name): PathParams<String>,
    _: Params<NoParams>,
) -> Result<Json<NamedQuery>, ApiError> {
    named_query::find(&gateway, caller.tenant, name).await.map(Json)
}
