//! `POST /v1/api-keys/{id}/rotate`: replaces the secret of an API key. Invariant: the caller holds every scope of the
//! key. A revoked key cannot be rotated.

use super::{key_id, unknown_key};
use crate::{
    auth::{Credential, ScopeSet, Scoped, Secret, code as auth, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    params::PathParams,
    state::Gateway,
    tenant::{
        GRACE_S_MAX, code,
        model::{ApiKeyWithSecret, Faults},
        query,
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A request to replace the secret of an API key.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateApiKey {
    /// The seconds for which the current secret is still accepted, from 0 to 604,800; 0 if absent.
    #[serde(default)]
    grace_s: u32,
}

problems!(
    auth::INSUFFICIENT_SCOPE,
    auth::SCOPE_ESCALATION,
    common::INVALID_FIELD,
    code::UNKNOWN_API_KEY,
    code::API_KEY_REVOKED,
    common::IDEMPOTENCY_MISMATCH
);

/// Replaces the secret of an API key. The new secret is shown only in this response. Id, client id and scopes stay the
/// same. The caller must hold the key's scopes.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/rotate", tag = "tenant", operation_id = "rotateApiKey",
    params(
        ("id" = String, Path, description = "The key id, `key_…`"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    request_body = RotateApiKey,
    responses(
        (status = 200, description = "The secret was replaced", body = ApiKeyWithSecret),
        Problems,
    ),
)]
pub(super) async fn rotate_api_key(
    caller: Scoped<scope::KeyWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    idempotency: Idempotency,
    body: JsonBody<RotateApiKey>,
) -> Result<Response, ApiError> {
    let (tenant, id, grace_s) = (caller.tenant, key_id(&id)?, body.value.grace_s);
    let principal = caller.principal.clone();
    let mut faults = Faults::default();
    if grace_s > GRACE_S_MAX {
        faults.add("/grace_s", format!("at most {GRACE_S_MAX}"));
    }
    faults.into_result()?;
    let attempt = idempotency.attempt(&caller, &body.raw);
    let response = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            query::lock_tenant(conn, tenant).await?;
            let api_key = query::api_key::find(conn, tenant, id).await?.ok_or_else(unknown_key)?;
            // The caller receives the new secret and can use the key, so it must hold the key's scopes.
            principal.require_stored(&api_key.scopes)?;
            if api_key.revoked_at.is_some() {
                return Err(ApiError::new(&code::API_KEY_REVOKED, "Make a new key instead."));
            }
            let credential = Credential { tenant, key_id: id.0, secret: Secret::random() };
            query::api_key::rotate(conn, tenant, id, &credential.secret.hash(), grace_s).await?;
            let secret = credential.to_text(api_key.mode).to_string();
            let scopes = ScopeSet::from_stored(&api_key.scopes);
            Ok(StoredResponse::json(StatusCode::OK, &ApiKeyWithSecret { api_key, secret })?.with_secret(scopes))
        })
    })
    .await?;
    gateway.keys.invalidate_tenant(tenant);
    Ok(response)
}
