//! The authorization server metadata (RFC 8414) at its two well-known paths. Invariant: `openid-configuration` and
//! `oauth-authorization-server` return the same document.

use crate::{
    auth::{Public, Scope},
    state::Gateway,
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Authorization server metadata (RFC 8414, section 2).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Metadata {
    /// The issuer (`iss`) of access tokens.
    issuer: String,
    /// The URL of the token endpoint.
    token_endpoint: String,
    /// The URL of the public keys that verify access tokens.
    jwks_uri: String,
    /// The supported methods of client authentication.
    token_endpoint_auth_methods_supported: [&'static str; 2],
    /// The supported grant types.
    grant_types_supported: [&'static str; 1],
    /// Empty, because there is no authorization endpoint.
    response_types_supported: [&'static str; 0],
    /// The algorithms that sign tokens.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// The supported subject types. `public`: a subject is the same for every client.
    subject_types_supported: [&'static str; 1],
    /// All scopes.
    scopes_supported: Vec<&'static str>,
}

fn metadata(gateway: &Gateway) -> Metadata {
    let issuer = &gateway.config.issuer;
    Metadata {
        issuer: issuer.clone(),
        token_endpoint: format!("{issuer}/oauth/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        id_token_signing_alg_values_supported: ["EdDSA"],
        subject_types_supported: ["public"],
        scopes_supported: Scope::ALL.iter().map(|scope| scope.as_str()).collect(),
    }
}

/// Returns the authorization server metadata for clients that use `OpenID` discovery.
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "auth", operation_id = "showOpenidConfiguration",
    responses((status = 200, description = "The metadata", body = Metadata)),
)]
pub(super) async fn show_openid_configuration(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<Metadata> {
    Json(metadata(&gateway))
}

/// Returns the authorization server metadata for OAuth clients (RFC 8414).
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "auth", operation_id = "showAuthorizationServer",
    responses((status = 200, description = "The metadata", body = Metadata)),
)]
pub(super) async fn show_authorization_server(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<Metadata> {
    Json(metadata(&gateway))
}
