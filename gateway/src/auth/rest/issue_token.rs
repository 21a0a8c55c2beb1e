//! `POST /oauth/token`: the client credentials grant (RFC 6749, section 4.4). Invariant: an unknown client, a wrong
//! secret and a revoked key get the same response. OAuth errors have the shape of RFC 6749. Any other failure, such as
//! a rate limit, is a problem (RFC 9457).

mod request;

use crate::{
    auth::{Public, ScopeSet, basic},
    body,
    client_address::ClientAddress,
    error::ApiError,
    state::Gateway,
};
use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use request::TokenRequest;
use serde::Serialize;
use std::{borrow::Cow, sync::Arc};
use utoipa::ToSchema;

/// The maximum size of the form, in bytes.
pub(super) const FORM_BYTES_MAX: usize = 8 * 1024;

/// The form of a token request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; the form is read field by field to refuse repeated ones")]
pub(super) struct TokenForm {
    /// Always `client_credentials`.
    grant_type: String,
    /// The client id. Omit it when the client uses HTTP Basic.
    client_id: Option<String>,
    /// The API key. Omit it when the client uses HTTP Basic.
    client_secret: Option<String>,
    /// The requested scopes, separated by spaces. If absent, the token gets all scopes of the API key.
    scope: Option<String>,
}

/// An access token (RFC 6749, section 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenResponse {
    /// The access token: a JWT signed with Ed25519.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// The lifetime of the token, in seconds.
    expires_in: u64,
    /// The granted scopes, separated by spaces.
    scope: String,
}

/// An OAuth error (RFC 6749, section 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenError {
    /// The error code: `invalid_request`, `invalid_client`, `invalid_scope` or `unsupported_grant_type`.
    error: &'static str,
    /// An explanation for people.
    error_description: String,
}

// The error codes of RFC 6749, section 5.2.
const INVALID_REQUEST: &str = "invalid_request";
const INVALID_CLIENT: &str = "invalid_client";
const INVALID_SCOPE: &str = "invalid_scope";
const UNSUPPORTED_GRANT_TYPE: &str = "unsupported_grant_type";

/// All error codes of the token endpoint.
pub const OAUTH_ERRORS: &[&str] = &[INVALID_REQUEST, INVALID_CLIENT, INVALID_SCOPE, UNSUPPORTED_GRANT_TYPE];

/// An error code and its description, in the characters that RFC 6749 section 5.2 allows.
type Refusal = (&'static str, Cow<'static, str>);

/// Issues an access token for an API key (client credentials grant). Send the secret by HTTP Basic or in the form, not
/// both. With HTTP Basic, the form may name the same client. A parameter without a value counts as absent; unknown
/// ones, such as `audience`, are ignored.
#[utoipa::path(
    post, path = "/oauth/token", tag = "auth", operation_id = "issueToken",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The access token", body = TokenResponse),
        (status = 400, description = "The request is invalid", body = TokenError),
        (status = 401,
            description = "The client is unknown, or its secret is wrong, revoked or expired", body = TokenError),
    ),
)]
pub(super) async fn issue_token(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, content) = request.into_parts();
    let address = ClientAddress::of(&parts.extensions);
    let headers = parts.headers.clone();
    let form = body::read(Request::from_parts(parts, content), FORM_BYTES_MAX).await?;
    let answer = match TokenRequest::parse(&headers, &form) {
        Ok(request) => grant(&gateway, &request, address).await?,
        Err(refusal) => Err(refusal),
    };
    let mut response = match answer {
        Ok(token) => Json(token).into_response(),
        Err((error, description)) => refuse(error, &description),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Parses a token request; for tests with random input.
pub(crate) fn parse_token_request(headers: &HeaderMap, form: &[u8]) -> Result<(), Refusal> {
    TokenRequest::parse(headers, form).map(|_| ())
}

async fn grant(
    gateway: &Gateway,
    request: &TokenRequest,
    address: ClientAddress,
) -> Result<Result<TokenResponse, Refusal>, ApiError> {
    const UNKNOWN: Refusal =
        (INVALID_CLIENT, Cow::Borrowed("The client is not known, or its secret is wrong, revoked or expired."));
    let credential = &request.credential;
    let Some(held) = gateway.check_credential(credential, address).await? else { return Ok(Err(UNKNOWN)) };
    crate::trace::set_tenant(credential.tenant);
    let wanted = request.scopes.unwrap_or(held);
    if wanted.is_empty() || !held.contains_all(wanted) {
        return Ok(Err((INVALID_SCOPE, "The client does not hold every scope that it asks for.".into())));
    }
    let scopes: ScopeSet = wanted;
    let issued = gateway.tokens.issue(credential.tenant, credential.key_id, &credential.client_id(), scopes).await?;
    Ok(Ok(TokenResponse {
        access_token: issued.token,
        token_type: "Bearer",
        expires_in: issued.expires_in_s,
        scope: issued.scopes.to_string(),
    }))
}

fn refuse(error: &'static str, description: &str) -> Response {
    let is_client = error == INVALID_CLIENT;
    let status = if is_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = (status, Json(TokenError { error, error_description: description.to_owned() })).into_response();
    if is_client {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, basic::CHALLENGE);
    }
    response
}
