//! `GET /v1/operations/{id}`: one operation, on request after a wait for its outcome. Invariant: the handler only reads
//! operations of the caller's tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    operation::{code, find, model::Operation, wait_of},
    params::PathParams,
    state::Gateway,
};
use axum::{Json, extract::State};
use http::HeaderMap;
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_OPERATION);

/// Returns one operation with its timeline and the outcome of each command. `Prefer: wait=N` waits until it is decided
/// and indexed, at most 30 seconds.
#[utoipa::path(
    get, path = "/v1/operations/{id}", tag = "operation", operation_id = "getOperation",
    params(
        ("id" = String, Path, description = "The operation id, `op_…`"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: seconds to wait, at most 30"),
    ),
    responses(
        (status = 200, description = "The operation", body = Operation),
        Problems,
    ),
)]
pub(super) async fn get_operation(
    caller: Scoped<scope::OperationRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    headers: HeaderMap,
) -> Result<Json<Operation>, ApiError> {
    let record = match (wait_of(&headers), id.parse()) {
        (Some(wait), Ok(id)) => find::wait(&gateway, caller.tenant, id, wait).await?.0,
        _ => find::find(&gateway, caller.tenant, &id).await?,
    };
    Ok(Json(Operation::of(&record)))
}
