//! `POST /v1/keys/rotate`.

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

/// How to rotate.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateKeys {
    /// Whether all tokens issued so far become void, for when a key may have leaked.
    #[serde(default)]
    revoke: bool,
}

/// The key that signs now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RotatedKeys {
    /// Its id in the key set.
    kid: String,
}

/// Makes a new key for signing tokens. Tokens of the old one stay good until they expire, unless `revoke` is set.
#[utoipa::path(
    post, path = "/v1/keys/rotate", tag = "auth", operation_id = "rotateKeys",
    request_body = RotateKeys,
    responses((status = 200, description = "Rotated", body = RotatedKeys)),
)]
pub(super) async fn rotate_keys(
    _: Scoped<scope::KeyAdmin>,
    State(gateway): State<Arc<Gateway>>,
    body: JsonBody<RotateKeys>,
) -> Result<Json<RotatedKeys>, ApiError> {
    let kid = gateway.tokens.rotate(body.value.revoke).await?;
    Ok(Json(RotatedKeys { kid }))
}
