//! `DELETE /v1/webhooks/{id}/dead-letters/{sequence}`: gives a dead letter up. Invariant: only dead letters are
//! deleted, never what waits.

use super::{dead_letter, webhook_id};
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    webhook::{
        code,
        store::{endpoint, pending},
    },
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(code::UNKNOWN, code::UNKNOWN_DEAD_LETTER);

/// Deletes a dead letter. The event stays in the list of events.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}/dead-letters/{sequence}", tag = "webhook", operation_id = "deleteDeadLetter",
    params(
        ("id" = String, Path, description = "The id of the endpoint, `hook_…`"),
        ("sequence" = String, Path, description = "The number of the event"),
    ),
    responses((status = 204, description = "The dead letter was deleted"), Problems),
)]
pub(super) async fn delete_dead_letter(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams((id, sequence)): PathParams<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            endpoint::lock(conn, tenant, id).await?;
            pending::bury(conn, tenant, id, dead_letter(&sequence)?).await?.ok_or_else(code::unknown_dead_letter)
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
