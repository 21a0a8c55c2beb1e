//! `POST /v1/keys/rotate`: replaces the key that signs access tokens. Invariant: the caller holds `key:admin`, a scope
//! of the operator.

use crate::{
    auth::{Scoped, scope},
    body::JsonBody,
    error::ApiError,
    state::Gateway,
};
use axum::{Json, extract::State};
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

/// Creates a new key for signing tokens. Tokens signed with the old key stay valid until they expire, unless `revoke`
/// is set.
#[utoipa::path(
    post, path = "/v1/keys/rotate", tag = "auth", operation_id = "rotateKeys",
    request_body = RotateKeys,
    responses((status = 200, description = "The key was rotated", body = RotatedKeys)),
)]
pub(super) async fn rotate_keys(
    _: Scoped<scope::KeyAdmin>,
    State(gateway): State<Arc<Gateway>>,
    body: JsonBody<RotateKeys>,
) -> Result<Json<RotatedKeys>, ApiError> {
    let kid = gateway.tokens.rotate(body.value.revoke).await?;
    Ok(Json(RotatedKeys { kid }))
}
