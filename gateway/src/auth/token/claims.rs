//! What a token says. Invariant: each claim is required, of one type, and may occur only once (serde refuses a
//! repeated field).

use super::LEEWAY_S;
use crate::tenant_id::TenantId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// The claims of our tokens (RFC 9068, section 2.2, and two of our own).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The client id.
    pub sub: String,
    /// Until when, in seconds since 1970.
    pub exp: u64,
    /// From when.
    pub nbf: u64,
    /// Since when.
    pub iat: u64,
    /// Its own id.
    pub jti: String,
    /// The tenant.
    pub tenant: TenantId,
    /// The API key that it was issued for.
    pub key_id: Uuid,
    /// Scopes, separated by spaces (RFC 8693, section 4.2).
    pub scope: String,
    /// The signing key, from the header; not a claim.
    #[serde(skip)]
    pub kid: String,
}

impl Claims {
    /// Whether it has not expired at `now`.
    pub fn is_unexpired(&self, now: OffsetDateTime) -> bool {
        u64::try_from(now.unix_timestamp()).is_ok_and(|now| now < self.exp.saturating_add(LEEWAY_S))
    }
}
