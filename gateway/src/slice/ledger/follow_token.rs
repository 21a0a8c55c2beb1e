//! Access to the raw block stream by a shared secret, for services of the same deployment. Invariant: without a
//! configured token nobody has access.

use super::code;
use crate::{
    auth::access::Access,
    budget::{self, Sharer},
    error::ApiError,
    state::Gateway,
};
use axum::extract::FromRequestParts;
use http::{HeaderValue, header, request::Parts};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use utoipa::openapi::SecurityRequirement;

/// The digest of the shared secret.
#[derive(Clone)]
pub struct FollowToken([u8; 32]);

impl std::fmt::Debug for FollowToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FollowToken(..)")
    }
}

impl FollowToken {
    /// Creates the token from the secret.
    pub fn new(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether a request presents the secret. Runs in constant time.
    pub fn matches(&self, presented: &str) -> bool {
        let presented: [u8; 32] = Sha256::digest(presented.as_bytes()).into();
        self.0.ct_eq(&presented).into()
    }
}

/// A caller who presented the follow token.
#[derive(Clone, Copy, Debug)]
pub struct Follower;

impl Access for Follower {
    fn security() -> Vec<SecurityRequirement> {
        vec![SecurityRequirement::new("follow_token", [""; 0])]
    }
}

impl FromRequestParts<Arc<Gateway>> for Follower {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self, ApiError> {
        let presented = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let token = gateway.config.follow_token.as_ref();
        match (token, presented) {
            (Some(token), Some(presented)) if token.matches(presented) => {
                budget::enter(Sharer::SERVICE).await?;
                Ok(Self)
            }
            _ => {
                let detail = "Send the deployment's follow token as a bearer token.";
                Err(ApiError::new(&code::FOLLOW_DENIED, detail)
                    .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
        }
    }
}
