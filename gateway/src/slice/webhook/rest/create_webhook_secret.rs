//! `POST /v1/webhooks/{id}/secrets`: replaces the secret of an endpoint. Invariant: both secrets sign until the grace
//! has passed. At most two are valid at once.

use super::webhook_id;
use crate::{
    auth::{Scope, ScopeSet, Scoped, code as auth, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    params::PathParams,
    state::Gateway,
    webhook::{
        bounds::{GRACE_S_DEFAULT, GRACE_S_MAX},
        code,
        field::Faults,
        model::NewSecret,
        store::{endpoint, secret},
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A request to replace the secret of an endpoint.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateWebhookSecret {
    /// The seconds for which the current secret still signs, from 0 to 604,800; 86,400 if absent.
    grace_s: Option<u32>,
}

problems!(common::INVALID_FIELD, auth::SCOPE_ESCALATION, code::UNKNOWN, common::IDEMPOTENCY_MISMATCH);

/// Makes a new secret for an endpoint, which is shown only in this response. The current one still signs for `grace_s`
/// seconds beside it; one that was replaced before ends at once.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/secrets", tag = "webhook", operation_id = "createWebhookSecret",
    params(
        ("id" = String, Path, description = "The id of the endpoint, `hook_…`"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    request_body = CreateWebhookSecret,
    responses((status = 201, description = "The secret was made", body = NewSecret), Problems),
)]
pub(super) async fn create_webhook_secret(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    idempotency: Idempotency,
    body: JsonBody<CreateWebhookSecret>,
) -> Result<Response, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let grace_s = body.value.grace_s.unwrap_or(GRACE_S_DEFAULT);
    let mut faults = Faults::default();
    if grace_s > GRACE_S_MAX {
        faults.add("/grace_s", format!("at most {GRACE_S_MAX}"));
    }
    faults.into_result()?;
    let attempt = idempotency.attempt(&caller, &body.raw);
    let vault = Arc::clone(&gateway.vault);
    let response = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            let endpoint = endpoint::lock(conn, tenant, id).await?;
            let value = secret::random(endpoint.signature)?;
            let stored = secret::insert(conn, &vault, tenant, id, &value, grace_s).await?;
            endpoint::touch(conn, tenant, id).await?;
            let secret = stored.public_key.is_none().then(|| value.to_text().to_string());
            let body = NewSecret { about: stored.into(), secret };
            let shown = ScopeSet::EMPTY.with(Scope::WebhookWrite);
            Ok(StoredResponse::json(StatusCode::CREATED, &body)?.with_secret(shown))
        })
    })
    .await?;
    gateway.webhook_changes.send_replace(());
    Ok(response)
}
