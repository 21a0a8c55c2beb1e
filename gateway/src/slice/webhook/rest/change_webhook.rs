//! `PATCH /v1/webhooks/{id}`: changes an endpoint. Invariant: the caller could read the events itself. What was read
//! already is sent under the old conditions.

use super::webhook_id;
use crate::{
    auth::{Scope, Scoped, code as auth, scope},
    body::JsonBody,
    db,
    error::{ApiError, code as common, problems},
    params::PathParams,
    state::Gateway,
    webhook::{
        code,
        field::{self, Faults},
        model::{Webhook, WebhookState},
        store::endpoint::{self, Change},
    },
};
use axum::{Json, extract::State};
use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use utoipa::ToSchema;

/// The changes to an endpoint. Absent members of this object leave the value unchanged (RFC 7396).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeWebhook {
    /// Where events are sent, as at its creation.
    url: Option<String>,
    /// For people, at most 200 characters.
    description: Option<String>,
    /// The types of events to send; all types if empty.
    types: Option<Vec<String>>,
    /// What the events to send are about; null for events about anything.
    #[expect(clippy::option_option, reason = "null differs from an absent member, RFC 7396")]
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    subject: Option<Option<String>>,
    /// `disabled` stops sending, and `enabled` goes on where it stopped.
    state: Option<WebhookState>,
}

/// Distinguishes null from an absent member.
#[expect(clippy::option_option, reason = "null differs from an absent member, RFC 7396")]
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

problems!(common::INVALID_FIELD, auth::INSUFFICIENT_SCOPE, code::INVALID_URL, code::UNKNOWN);

/// Changes an endpoint. Events that wait already are sent to the new URL, whatever the new conditions. The caller needs
/// the scope `event:read`, too.
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", tag = "webhook", operation_id = "changeWebhook",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`")),
    request_body = ChangeWebhook,
    responses((status = 200, description = "The endpoint was changed", body = Webhook), Problems),
)]
pub(super) async fn change_webhook(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    body: JsonBody<ChangeWebhook>,
) -> Result<Json<Webhook>, ApiError> {
    caller.require(Scope::EventRead)?;
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let ChangeWebhook { url, description, types, subject, state } = body.value;
    if let Some(url) = &url {
        field::target(&gateway.outgoing, url)?;
    }
    let mut faults = Faults::default();
    faults.check_description(description.as_deref().unwrap_or_default());
    faults.check_subject(subject.as_ref().and_then(Option::as_deref));
    let types = types.map(|types| faults.check_types(&types));
    faults.into_result()?;
    let change = Change { url, description, types, subject, state };
    let changed = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { endpoint::change(conn, tenant, id, &change).await })
    })
    .await?;
    gateway.webhook_changes.send_replace(());
    Ok(Json(changed.into()))
}
