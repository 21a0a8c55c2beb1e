//! `GET /v1/webhooks/{id}/secrets`: the valid secrets of an endpoint. Invariant: the response contains no value of a
//! secret.

use super::webhook_id;
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    webhook::{
        code,
        model::WebhookSecrets,
        store::{endpoint, secret},
    },
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(code::UNKNOWN);

/// Lists the secrets that sign now, the newest first, without their values.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/secrets", tag = "webhook", operation_id = "listWebhookSecrets",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`")),
    responses((status = 200, description = "One or two secrets", body = WebhookSecrets), Problems),
)]
pub(super) async fn list_webhook_secrets(
    caller: Scoped<scope::WebhookRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
) -> Result<Json<WebhookSecrets>, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            endpoint::find(conn, tenant, id).await?.ok_or_else(code::unknown)?;
            Ok(secret::list(conn, tenant, id).await?)
        })
    })
    .await?;
    Ok(Json(WebhookSecrets { items: found.into_iter().map(Into::into).collect() }))
}
