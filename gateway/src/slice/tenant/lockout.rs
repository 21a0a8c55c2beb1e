//! Keeps a tenant able to manage its API keys. Invariant: no request takes away the last key that can manage keys and
//! never expires.

use super::{code, query};
use crate::{
    auth::{
        Scope, ScopeSet,
        key_state::{MAKERS_MAX, earlier},
    },
    error::ApiError,
    tenant_id::TenantId,
};
use sqlx::PgConnection;
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// What decides whether a key can manage keys. The key is not revoked.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) id: Uuid,
    pub(super) made_by: Option<Uuid>,
    /// The granted scopes within the member's role.
    pub(super) scopes: ScopeSet,
    pub(super) expires_at: Option<OffsetDateTime>,
}

/// The numbers of a tenant's usable keys that can manage keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Managers {
    usable: usize,
    /// Of these, those that never expire.
    lasting: usize,
}

/// Counts the keys that can manage keys. The tenant must be locked.
pub(super) async fn count(conn: &mut PgConnection, tenant: TenantId) -> Result<Managers, sqlx::Error> {
    let keys = query::api_key::standing(conn, tenant).await?;
    Ok(Managers::of(&keys, OffsetDateTime::now_utc()))
}

/// Checks, after a change and before its commit, that the tenant is not locked out by it.
///
/// # Errors
/// `tenant.last_manager`. The caller's transaction is then rolled back.
pub(super) async fn check_kept(conn: &mut PgConnection, tenant: TenantId, before: Managers) -> Result<(), ApiError> {
    if before.is_kept_by(count(conn, tenant).await?) {
        return Ok(());
    }
    let detail = "No lasting key with `key:write` would remain. Make one with another such key first, or rotate the \
                  secret of this one; the operator can issue a new owner's key (`waymark operator tenant recover`).";
    Err(ApiError::new(&code::LAST_MANAGER, detail))
}

impl Managers {
    fn of(keys: &[Standing], now: OffsetDateTime) -> Self {
        let by_id: HashMap<Uuid, &Standing> = keys.iter().map(|key| (key.id, key)).collect();
        let mut managers = Self { usable: 0, lasting: 0 };
        for key in keys {
            let Some((scopes, expires_at)) = through_makers(&by_id, key) else { continue };
            if scopes.contains(Scope::KeyWrite) && expires_at.is_none_or(|expiry| now < expiry) {
                managers.usable += 1;
                managers.lasting += usize::from(expires_at.is_none());
            }
        }
        managers
    }

    const fn is_kept_by(self, after: Self) -> bool {
        (self.lasting == 0 || after.lasting > 0) && (self.usable == 0 || after.usable > 0)
    }
}

/// The scopes and the expiry of a key within those of its makers; `None` when one of them is revoked.
fn through_makers(by_id: &HashMap<Uuid, &Standing>, key: &Standing) -> Option<(ScopeSet, Option<OffsetDateTime>)> {
    let (mut scopes, mut expires_at, mut at) = (key.scopes, key.expires_at, key);
    for _ in 0..=MAKERS_MAX {
        let Some(maker) = at.made_by else { return Some((scopes, expires_at)) };
        at = by_id.get(&maker)?;
        scopes = scopes.intersect(at.scopes);
        expires_at = earlier(expires_at, at.expires_at);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn key(id: u128, made_by: Option<u128>, scopes: &str, expires_in_s: Option<i64>) -> Standing {
        Standing {
            id: Uuid::from_u128(id),
            made_by: made_by.map(Uuid::from_u128),
            scopes: ScopeSet::parse(scopes).expect("scopes"),
            expires_at: expires_in_s.map(|seconds| NOW + time::Duration::seconds(seconds)),
        }
    }

    #[test]
    fn only_usable_keys_count_and_only_lasting_ones_last() {
        let of = |keys: &[Standing]| {
            let Managers { usable, lasting } = Managers::of(keys, NOW);
            (usable, lasting)
        };
        let first = key(1, None, "key:write tenant:read", None);
        assert_eq!(of(&[]), (0, 0));
        assert_eq!(of(std::slice::from_ref(&first)), (1, 1));
        assert_eq!(of(&[first.clone(), key(2, Some(1), "key:write", None)]), (2, 2));
        assert_eq!(of(&[first.clone(), key(2, Some(1), "key:write", Some(9))]), (2, 1));
        assert_eq!(of(&[first.clone(), key(2, Some(1), "key:write", Some(0))]), (1, 1), "expired");
        assert_eq!(of(&[first.clone(), key(2, Some(1), "tenant:read", None)]), (1, 1), "cannot manage");
        assert_eq!(of(&[first, key(2, Some(7), "key:write", None)]), (1, 1), "its maker is revoked");
        let narrow = key(1, None, "tenant:read", None);
        assert_eq!(of(&[narrow, key(2, Some(1), "key:write", None)]), (0, 0), "its maker lost the scope");
        let ending = key(1, None, "key:write", Some(9));
        assert_eq!(of(&[ending, key(2, Some(1), "key:write", None)]), (2, 0), "it ends with its maker");
        assert_eq!(of(&[key(1, Some(1), "key:write", None)]), (0, 0), "a circle has no first key");
    }

    #[test]
    fn what_was_there_must_remain() {
        let managers = |usable, lasting| Managers { usable, lasting };
        for (before, after, is_kept) in [
            (managers(2, 2), managers(1, 1), true),
            (managers(1, 1), managers(0, 0), false),
            (managers(2, 1), managers(1, 0), false),
            (managers(2, 0), managers(1, 0), true),
            (managers(1, 0), managers(0, 0), false),
            (managers(0, 0), managers(0, 0), true),
        ] {
            assert_eq!(before.is_kept_by(after), is_kept, "{before:?} {after:?}");
        }
    }
}
