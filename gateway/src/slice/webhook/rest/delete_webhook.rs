//! `DELETE /v1/webhooks/{id}`: deletes an endpoint with its secrets, what waits for it, and its attempts. Invariant: no
//! call begins once the deliverer has noticed.

use super::webhook_id;
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    webhook::{code, store::endpoint},
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(code::UNKNOWN);

/// Deletes an endpoint with all that belongs to it. A call that is running is not taken back.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "webhook", operation_id = "deleteWebhook",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`")),
    responses((status = 204, description = "The endpoint was deleted"), Problems),
)]
pub(super) async fn delete_webhook(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
) -> Result<StatusCode, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let is_deleted = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(endpoint::delete(conn, tenant, id).await?) })
    })
    .await?;
    gateway.webhook_changes.send_replace(());
    if is_deleted { Ok(StatusCode::NO_CONTENT) } else { Err(code::unknown()) }
}
