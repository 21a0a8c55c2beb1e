//! The claims of an access token. Invariant: each claim is required, has one type and occurs once. Serde rejects a
//! repeated field.

use super::LEEWAY_S;
use crate::tenant_id::TenantId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// The claims of an access token: those of RFC 9068, section 2.2, and `tenant` and `key_id`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// The client id.
    pub sub: String,
    /// The time of expiry, in seconds since 1970.
    pub exp: u64,
    /// The token is not valid before this time, in seconds since 1970.
    pub nbf: u64,
    /// The time of issue, in seconds since 1970.
    pub iat: u64,
    /// The id of the token.
    pub jti: String,
    pub tenant: TenantId,
    /// The API key for which the token was issued.
    pub key_id: Uuid,
    /// Scopes, separated by spaces (RFC 8693, section 4.2).
    pub scope: String,
    /// The id of the signing key. It comes from the header and is not a claim.
    #[serde(skip)]
    pub kid: String,
}

impl Claims {
    /// Whether the token has not expired at `now`, with [`LEEWAY_S`] of tolerance.
    pub fn is_unexpired(&self, now: OffsetDateTime) -> bool {
        u64::try_from(now.unix_timestamp()).is_ok_and(|now| now < self.exp.saturating_add(LEEWAY_S))
    }
}
