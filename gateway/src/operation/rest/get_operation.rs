//! `GET /v1/operations/{id}`.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, Problem},
    operation::{find, model::Operation, wait_of},
    state::Gateway,
};
use axum::{
    Json,
    extract::{Path, State},
};
use http::HeaderMap;
use std::sync::Arc;

/// One operation with its timeline and what became of each command. `Prefer: wait=N` waits until it is decided and
/// indexed, at most 30 seconds.
#[utoipa::path(
    get, path = "/v1/operations/{id}", tag = "operation", operation_id = "getOperation",
    params(("id" = String, Path, description = "`op_…`"), ("Prefer" = Option<String>, Header, description = "`wait=N`")),
    security(("bearer" = ["operation:read"])),
    responses(
        (status = 200, description = "The operation", body = Operation),
        (status = 404, description = "`operation.unknown_operation`", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get_operation(
    caller: Scoped<scope::OperationRead>,
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Operation>, ApiError> {
    if let (Some(wait), Ok(operation)) = (wait_of(&headers), id.parse())
        && let Some(mut ticket) = gateway.operations.ticket(caller.tenant, operation)
    {
        ticket.visible(wait).await;
    }
    let record = find::find(&gateway, caller.tenant, &id).await?;
    Ok(Json(Operation::of(&record)))
}
