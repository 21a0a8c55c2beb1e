//! `POST /v1/keys/rotate`: replaces the key that signs access tokens. Invariant: the caller holds `key:admin`, a scope
//! of the operator.

use crate::{
    auth::{Scoped, scope, signing_key::Change},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    state::Gateway,
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A request to replace the key that signs tokens.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateKeys {
    /// Whether to revoke every token issued so far. Use it when a signing key may have leaked.
    #[serde(default)]
    revoke: bool,
}

/// The key that signs tokens from now on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RotatedKeys {
    /// The id of the key in the key set.
    kid: String,
}

problems!(common::INVALID_FIELD, common::INVALID_HEADER, common::IDEMPOTENCY_IN_FLIGHT, common::IDEMPOTENCY_MISMATCH);

/// Creates a new key for signing tokens. Tokens signed with the old key stay valid until they expire, unless `revoke`
/// is set.
#[utoipa::path(
    post, path = "/v1/keys/rotate", tag = "auth", operation_id = "rotateKeys",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes retries safe: for 24 hours, requests with the same key have one effect")),
    request_body = RotateKeys,
    responses((status = 200, description = "The key was rotated", body = RotatedKeys), Problems),
)]
pub(super) async fn rotate_keys(
    caller: Scoped<scope::KeyAdmin>,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    body: JsonBody<RotateKeys>,
) -> Result<Response, ApiError> {
    let attempt = idempotency.attempt(&caller, &body.raw);
    let (shared, revoke) = (Arc::clone(&gateway), body.value.revoke);
    let response = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            let (change, action) =
                if revoke { (Change::RevokeAll, "token_key.revoke") } else { (Change::Replace, "token_key.rotate") };
            let kid = shared.tokens.rotate_within(conn, change, action).await?;
            StoredResponse::json(StatusCode::OK, &RotatedKeys { kid })
        })
    })
    .await?;
    gateway.tokens.reload().await?;
    Ok(response)
}
