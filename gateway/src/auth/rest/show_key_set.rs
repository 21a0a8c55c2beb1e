//! `GET /.well-known/jwks.json`: the public keys that verify access tokens (JWKS, RFC 7517). Invariant: the response
//! contains no private key.

use crate::{auth::Public, state::Gateway};
use axum::{Json, extract::State};
use http::{HeaderName, header};
use std::sync::Arc;

/// Returns the public keys that verify access tokens (RFC 7517). Fetch the set again when a token names an unknown key
/// id.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "auth", operation_id = "showKeySet",
    responses((status = 200, description = "A JSON Web Key Set", body = serde_json::Value)),
)]
pub(super) async fn show_key_set(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
) -> ([(HeaderName, &'static str); 1], Json<serde_json::Value>) {
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(gateway.tokens.key_set()))
}
