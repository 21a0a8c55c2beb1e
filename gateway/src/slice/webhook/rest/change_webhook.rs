//! `PATCH /v1/webhooks/{id}`: changes an endpoint. Invariant: the caller could read the events itself. The new types
//! and subject choose among later events only: those that wait to be sent were chosen by the old ones.

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
    /// `disabled` stops sending; no event is lost meanwhile. `enabled` starts it again, with the events that were not
    /// delivered before.
    state: Option<WebhookState>,
}

/// Distinguishes null from an absent member.
#[expect(clippy::option_option, reason = "null differs from an absent member, RFC 7396")]
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

problems!(common::INVALID_FIELD, auth::INSUFFICIENT_SCOPE, code::INVALID_URL, code::UNKNOWN);

/// Changes an endpoint. New `types` and a new `subject` choose among later events; an event that already waits to be
/// sent is sent in any case, and to a new `url` if there is one. The caller needs the scope `event:read`, too.
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
