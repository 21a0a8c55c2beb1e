//! `POST /v1/webhooks/{id}/test`: sends a test to an endpoint. Invariant: a test changes neither what waits nor the
//! state of the endpoint.

use super::webhook_id;
use crate::{
    auth::{Scoped, scope},
    budget,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    webhook::{code, model::WebhookAttempt, test_call},
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(code::UNKNOWN, code::INVALID_URL);

/// Sends an event of the type `waymark.webhook.test` at once, once, and also when the endpoint is disabled. The answer
/// says what the receiver answered within 25 s.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", tag = "webhook", operation_id = "testWebhook",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`")),
    responses(
        (status = 200, description = "The call was made; `status` or `error` says what came of it",
            body = WebhookAttempt),
        Problems,
    ),
)]
pub(super) async fn test_webhook(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
) -> Result<Json<WebhookAttempt>, ApiError> {
    let id = webhook_id(&id)?;
    let _permit = gateway.budgets.webhook_tests.acquire(budget::current_sharer(), 1).await?;
    Ok(Json(test_call::run(&gateway, caller.tenant, id).await?.into()))
}
