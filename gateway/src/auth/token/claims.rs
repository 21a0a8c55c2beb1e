//! The claims of an access token. Invariant: each claim is required, has one type and occurs once. Serde rejects a
//! repeated field.

use super::{LEEWAY_S, LIFETIME_S};
use crate::{auth::credential::client_id, tenant_id::TenantId};
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
    /// Why the claims do not belong together or do not hold at `now`; `None` when they are fine. Times tolerate
    /// [`LEEWAY_S`]. A token from the future is refused, so one that was issued while the clock was ahead ends when
    /// the clock is right again.
    pub fn fault(&self, now: OffsetDateTime) -> Option<&'static str> {
        let Ok(now) = u64::try_from(now.unix_timestamp()) else { return Some("the clock is before 1970") };
        let soon = now.saturating_add(LEEWAY_S);
        if self.iat > soon || self.nbf > soon {
            return Some("it was issued in the future");
        }
        if now >= self.exp.saturating_add(LEEWAY_S) {
            return Some("it has expired");
        }
        if self.exp.checked_sub(self.iat).is_none_or(|lifetime| lifetime > LIFETIME_S) {
            return Some("it lives longer than tokens do");
        }
        if self.sub != client_id(self.tenant, self.key_id) {
            return Some("its subject is not its API key");
        }
        self.jti.is_empty().then_some("it has no id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_is_checked_to_the_second() {
        let (tenant, key_id) = (TenantId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let good = Claims {
            iss: "i".to_owned(),
            aud: "a".to_owned(),
            sub: client_id(tenant, key_id),
            exp: 10_000 + LIFETIME_S,
            nbf: 10_000,
            iat: 10_000,
            jti: "j".to_owned(),
            tenant,
            key_id,
            scope: String::new(),
            kid: String::new(),
        };
        let at =
            |second: u64| OffsetDateTime::from_unix_timestamp(i64::try_from(second).expect("small")).expect("valid");
        let fault = |claims: &Claims| claims.fault(at(10_000));
        assert_eq!(fault(&good), None);
        assert_eq!(good.fault(at(good.exp + LEEWAY_S - 1)), None);
        assert!(good.fault(at(good.exp + LEEWAY_S)).is_some(), "expired");
        assert_eq!(good.fault(at(10_000 - LEEWAY_S)), None);
        assert!(good.fault(at(10_000 - LEEWAY_S - 1)).is_some(), "from the future");
        let ahead = 10_000 + LEEWAY_S + 1;
        for bad in [
            Claims { iat: ahead, exp: ahead, ..good.clone() },
            Claims { nbf: ahead, ..good.clone() },
            Claims { exp: good.exp + 1, ..good.clone() },
            Claims { exp: u64::MAX, ..good.clone() },
            Claims { iat: 0, ..good.clone() },
            Claims { exp: 9_999, ..good.clone() },
            Claims { sub: client_id(tenant, Uuid::from_u128(3)), ..good.clone() },
            Claims { sub: String::new(), ..good.clone() },
            Claims { jti: String::new(), ..good.clone() },
        ] {
            assert!(fault(&bad).is_some(), "{bad:?}");
        }
    }
}
