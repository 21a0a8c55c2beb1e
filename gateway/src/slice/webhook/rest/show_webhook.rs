//! `GET /v1/webhooks/{id}`: an endpoint with what waits for it. Invariant: the handler only reads.

use super::webhook_id;
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    webhook::{
        code,
        model::WebhookDetail,
        store::{endpoint, pending, replay},
    },
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(code::UNKNOWN);

/// Returns an endpoint, and how many events wait for it.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "webhook", operation_id = "showWebhook",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`")),
    responses((status = 200, description = "The endpoint", body = WebhookDetail), Problems),
)]
pub(super) async fn show_webhook(
    caller: Scoped<scope::WebhookRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
) -> Result<Json<WebhookDetail>, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let detail = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let endpoint = endpoint::find(conn, tenant, id).await?.ok_or_else(code::unknown)?;
            let counts = pending::count(conn, tenant, id).await?;
            Ok(WebhookDetail::of(endpoint, counts, replay::find(conn, tenant, id).await?))
        })
    })
    .await?;
    Ok(Json(detail))
}
