//! `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server` (RFC 8414): one document.

use crate::{
    auth::{Public, Scope},
    state::Gateway,
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What a client needs to know (RFC 8414, section 2).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Metadata {
    /// The `iss` of our tokens.
    issuer: String,
    /// Where tokens are issued.
    token_endpoint: String,
    /// Where the keys are that verify them.
    jwks_uri: String,
    /// How a client proves itself.
    token_endpoint_auth_methods_supported: [&'static str; 2],
    /// Which grants there are.
    grant_types_supported: [&'static str; 1],
    /// None: there is no authorization endpoint.
    response_types_supported: [&'static str; 0],
    /// What tokens are signed with.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// Subjects are the same for every client.
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

/// Where tokens come from, for clients that discover it the `OpenID` way.
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "auth", operation_id = "showOpenidConfiguration",
    responses((status = 200, description = "The metadata", body = Metadata)),
)]
pub(super) async fn show_openid_configuration(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<Metadata> {
    Json(metadata(&gateway))
}

/// Where tokens come from, for OAuth clients.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "auth", operation_id = "showAuthorizationServer",
    responses((status = 200, description = "The metadata", body = Metadata)),
)]
pub(super) async fn show_authorization_server(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<Metadata> {
    Json(metadata(&gateway))
}
