//! Parses and verifies access tokens from untrusted input. Invariant: the algorithm is fixed. A header member other
//! than `alg`, `typ` and `kid` is rejected. The key is looked up by its id in memory.

use super::{Claims, LEEWAY_S, TOKEN_TYPE};
use crate::auth::signing_key::PublicKey;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Why a credential is rejected. For the log only: the caller learns only that the token is not valid.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidToken {
    /// Not three base64url parts, a header of another form, an unknown scope, or not the form of an API key.
    #[error("malformed")]
    Malformed,
    /// An algorithm other than `EdDSA`, such as `none`.
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// A type other than `at+jwt`.
    #[error("the type is not an access token")]
    Type,
    /// A key id that is unknown or retired.
    #[error("the key is not known")]
    UnknownKey,
    /// A wrong signature, or a claim that is missing, repeated, unknown or not valid now.
    #[error("refused: {0}")]
    Refused(String),
    /// The API key is unknown, revoked or expired, or its secret is wrong.
    #[error("the API key is not accepted")]
    KeyRejected,
}

impl InvalidToken {
    /// A fixed word for metrics.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::UnknownKey => "unknown_key",
            Self::Refused(_) => "refused",
            Self::KeyRejected => "api_key",
        }
    }
}

/// The header of a token. No other members are allowed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenHeader {
    alg: String,
    typ: String,
    pub(super) kid: String,
}

/// The digest under which a verified token is cached.
pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Parses and checks the header before anything else is read.
pub(super) fn read_header(token: &str) -> Result<TokenHeader, InvalidToken> {
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(InvalidToken::Malformed);
    };
    let bytes = URL_SAFE_NO_PAD.decode(header).map_err(|_| InvalidToken::Malformed)?;
    let header: TokenHeader = serde_json::from_slice(&bytes).map_err(|_| InvalidToken::Malformed)?;
    if header.alg != "EdDSA" {
        return Err(InvalidToken::Algorithm);
    }
    if header.typ != TOKEN_TYPE {
        return Err(InvalidToken::Type);
    }
    Ok(header)
}

/// Checks the signature and the claims.
pub(super) fn check(
    token: &str,
    header: TokenHeader,
    key: &PublicKey,
    issuer: &str,
    audience: &str,
) -> Result<Claims, InvalidToken> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_S;
    let data = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
        .map_err(|error| InvalidToken::Refused(error.to_string()))?;
    Ok(Claims { kid: header.kid, ..data.claims })
}
