//! `POST /v1/api-keys`: creates an API key of the caller's tenant. Invariant: the caller holds every scope of the new
//! key, and the new key stops with the caller's key.

use super::unknown_member;
use crate::{
    auth::{
        Credential, Scoped, Secret, code as auth,
        key_state::{self, KeyState, MAKERS_MAX, earlier},
        scope,
    },
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    state::Gateway,
    tenant::{
        API_KEYS_MAX, code,
        id::{KeyId, MemberId},
        model::{ApiKeyWithSecret, Faults, check_within},
        query,
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// An API key to create.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateApiKey {
    /// The name for display, 1 to 200 characters.
    name: String,
    /// The scopes of the key, which must be within the caller's own scopes.
    scopes: Vec<String>,
    /// The member to which the key belongs, `mbr_…`. The member's role limits the key.
    member_id: Option<String>,
    /// The time of expiry, RFC 3339, not after that of the key with which it is made. If absent, the key expires with
    /// that key, or never.
    #[serde(default, with = "time::serde::rfc3339::option")]
    expires_at: Option<OffsetDateTime>,
}

problems!(
    common::INVALID_FIELD,
    auth::INSUFFICIENT_SCOPE,
    auth::SCOPE_ESCALATION,
    code::UNKNOWN_MEMBER,
    code::TOO_MANY,
    common::IDEMPOTENCY_MISMATCH
);

/// Creates an API key. The secret is shown only in this response. The new key stops with the key that made it: when
/// that one is revoked or expires, or when its member is removed.
#[utoipa::path(
    post, path = "/v1/api-keys", tag = "tenant", operation_id = "createApiKey",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes retries safe: for 24 hours, requests with the same key have one effect")),
    request_body = CreateApiKey,
    responses(
        (status = 201, description = "The key was created", body = ApiKeyWithSecret),
        Problems,
    ),
)]
pub(super) async fn create_api_key(
    caller: Scoped<scope::KeyWrite>,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    body: JsonBody<CreateApiKey>,
) -> Result<Response, ApiError> {
    let (tenant, new) = (caller.tenant, body.value);
    let mut faults = Faults::default();
    faults.check_name("/name", &new.name);
    let scopes = faults.check_scopes("/scopes", &new.scopes);
    let member = new.member_id.as_deref().map(str::parse::<MemberId>).transpose();
    if member.is_err() {
        faults.add("/member_id", "not a member's id");
    }
    if new.expires_at.is_some_and(|expiry| expiry <= OffsetDateTime::now_utc()) {
        faults.add("/expires_at", "lies in the past");
    }
    faults.into_result()?;
    check_within(caller.scopes, scopes)?;
    let member = member.ok().flatten();
    let principal = caller.principal.clone();
    let attempt = idempotency.attempt(&caller, &body.raw);
    idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            query::lock_tenant(conn, tenant).await?;
            // Read again under the lock: the maker may have been revoked or limited since the request was admitted.
            let maker = key_state::read(conn, tenant, principal.key_id).await?;
            let maker = maker.filter(|maker| maker.is_usable(OffsetDateTime::now_utc()));
            let maker = maker.ok_or_else(|| ApiError::new(&auth::INVALID_TOKEN, "Your own key was revoked."))?;
            check_within(maker.scopes(), scopes)?;
            let expires_at = expiry_within(&maker, new.expires_at)?;
            if maker.makers() >= MAKERS_MAX {
                let detail = format!("A key is at most {MAKERS_MAX} keys away from the first one that made it.");
                return Err(ApiError::new(&code::TOO_MANY, detail));
            }
            if query::api_key::count(conn, tenant).await? >= API_KEYS_MAX {
                return Err(ApiError::new(&code::TOO_MANY, format!("A tenant has at most {API_KEYS_MAX} API keys.")));
            }
            if let Some(member) = member {
                query::member::find(conn, tenant, member).await?.ok_or_else(unknown_member)?;
            }
            let mode = query::read_tenant(conn, tenant).await?.mode;
            let credential = Credential { tenant, key_id: Uuid::now_v7(), secret: Secret::random() };
            let row = query::api_key::NewRow {
                id: KeyId(credential.key_id),
                member,
                made_by: Some(KeyId(principal.key_id)),
                name: new.name,
                mode,
                scopes,
                secret_hash: credential.secret.hash(),
                expires_at,
            };
            let api_key = query::api_key::insert(conn, tenant, &row).await?;
            let location = format!("/v1/api-keys/{}", api_key.id);
            let body = ApiKeyWithSecret { api_key, secret: credential.to_text(mode).to_string() };
            Ok(StoredResponse::json(StatusCode::CREATED, &body)?.at(location).with_secret(scopes))
        })
    })
    .await
}

/// The expiry of a new key: the wanted one, or that of its maker.
fn expiry_within(maker: &KeyState, wanted: Option<OffsetDateTime>) -> Result<Option<OffsetDateTime>, ApiError> {
    match (maker.expires_at(), wanted) {
        (Some(last), Some(wanted)) if wanted > last => {
            let detail = "A key does not outlive the key that makes it.";
            let fault = "after the expiry of your own key";
            Err(ApiError::new(&common::INVALID_FIELD, detail).at("/expires_at", common::INVALID_FIELD.name, fault))
        }
        (last, wanted) => Ok(earlier(last, wanted)),
    }
}
