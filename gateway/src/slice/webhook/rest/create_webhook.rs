//! `POST /v1/webhooks`: creates an endpoint with its first secret. Invariant: the caller could read the events itself.

use crate::{
    auth::{Scope, ScopeSet, Scoped, code as auth, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    event::{code as event, page},
    idempotency::{self, Idempotency, StoredResponse},
    state::Gateway,
    webhook::{
        code,
        field::{self, Faults},
        id::WebhookId,
        model::{Signature, WebhookWithSecret},
        store::{
            endpoint::{self, NewEndpoint},
            secret,
        },
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// An endpoint to create.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateWebhook {
    /// Where events are sent: `https`, port 443 or above 1023, at most 2,048 bytes, without user information and
    /// fragment. Receivers at private addresses are refused unless the operator allowed them.
    url: String,
    /// For people, at most 200 characters; empty if absent.
    #[serde(default)]
    description: String,
    /// The types of events to send, such as `waymark.provenance.event_captured`; all types if absent or empty.
    #[serde(default)]
    types: Vec<String>,
    /// What the events to send are about, in the words of their domain: the id of an EPCIS event, an EPC, EPC class or
    /// lot in any spelling. Events about anything if absent.
    subject: Option<String>,
    /// How what is sent is signed: `v1` (HMAC-SHA256) or `v1a` (Ed25519); `v1` if absent.
    signature: Option<Signature>,
    /// The number after which events are sent; the number of the newest event if absent. With 0, all are sent.
    after: Option<u64>,
}

problems!(
    common::INVALID_FIELD,
    auth::INSUFFICIENT_SCOPE,
    auth::SCOPE_ESCALATION,
    code::INVALID_URL,
    code::TOO_MANY,
    event::NOT_NUMBERED,
    common::IDEMPOTENCY_MISMATCH
);

/// Creates an endpoint that events are sent to (Standard Webhooks). Its secret is shown only in this response. The
/// caller needs the scope `event:read`, too, as the receiver gets what that scope reads.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "webhook", operation_id = "createWebhook",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes retries safe: for 24 hours, requests with the same key have one effect")),
    request_body = CreateWebhook,
    responses(
        (status = 201, description = "The endpoint was created", body = WebhookWithSecret),
        Problems,
    ),
)]
pub(super) async fn create_webhook(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    body: JsonBody<CreateWebhook>,
) -> Result<Response, ApiError> {
    caller.require(Scope::EventRead)?;
    let tenant = caller.tenant;
    let CreateWebhook { url, description, types, subject, signature, after } = body.value;
    field::target(&gateway.outgoing, &url)?;
    let newest = page::newest(&gateway, tenant).await?;
    let mut faults = Faults::default();
    faults.check_description(&description);
    faults.check_subject(subject.as_deref());
    let types = faults.check_types(&types);
    if after.is_some_and(|after| after > newest) {
        faults.add("/after", format!("the newest event has the number {newest}"));
    }
    faults.into_result()?;
    let new = NewEndpoint {
        id: WebhookId::new(),
        url,
        description,
        types,
        subject,
        signature: signature.unwrap_or(Signature::Hmac),
        made_by: caller.key_id,
        read_to: after.unwrap_or(newest),
    };
    let attempt = idempotency.attempt(&caller, &body.raw);
    let vault = Arc::clone(&gateway.vault);
    let response = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            let webhook = endpoint::insert(conn, tenant, &new).await?;
            let value = secret::random(new.signature)?;
            let stored = secret::insert(conn, &vault, tenant, new.id, &value, 0).await?;
            let location = format!("/v1/webhooks/{}", new.id);
            let secret = stored.public_key.is_none().then(|| value.to_text().to_string());
            let body = WebhookWithSecret { webhook: webhook.into(), secret, public_key: stored.public_key };
            let shown = ScopeSet::EMPTY.with(Scope::WebhookWrite);
            Ok(StoredResponse::json(StatusCode::CREATED, &body)?.at(location).with_secret(shown))
        })
    })
    .await?;
    gateway.webhook_changes.send_replace(());
    Ok(response)
}
