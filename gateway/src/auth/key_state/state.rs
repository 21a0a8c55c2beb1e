//! The state of an API key, with that of the keys that made it. Invariant: a key is never usable for longer, and never
//! has more scopes, than any key in the line of its makers.

use crate::{
    auth::{
        credential::{Mode, Secret},
        role::Role,
        scope::ScopeSet,
    },
    error::ApiError,
    tenant_id::TenantId,
};
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

/// The maximum number of keys in the line of a key's makers.
pub const MAKERS_MAX: usize = 8;

/// The state of one key.
#[derive(Clone, Debug)]
pub struct KeyState {
    scopes: ScopeSet,
    secret_hash: Vec<u8>,
    /// The hash of the secret before the last rotation, and the end of its grace period.
    previous: Option<(Vec<u8>, OffsetDateTime)>,
    expires_at: Option<OffsetDateTime>,
    is_revoked: bool,
    is_suspended: bool,
    makers: usize,
    mode: Mode,
}

impl KeyState {
    /// The scopes that the key may use now: those granted to it that every key in the line of its makers may use. A
    /// member's key has at most the scopes of the member's role, and none if the role is unknown.
    pub fn scopes(&self) -> ScopeSet {
        self.scopes
    }

    /// Whether neither the key nor one of its makers is revoked or expired at `now`.
    pub fn is_usable(&self, now: OffsetDateTime) -> bool {
        !self.is_revoked && self.expires_at.is_none_or(|expiry| now < expiry)
    }

    /// Whether the operator suspended the tenant.
    pub fn is_suspended(&self) -> bool {
        self.is_suspended
    }

    /// The first expiry of the key and its makers.
    pub fn expires_at(&self) -> Option<OffsetDateTime> {
        self.expires_at
    }

    /// Whether the tenant is in production or a sandbox.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The number of keys in the line of its makers.
    pub fn makers(&self) -> usize {
        self.makers
    }

    /// Whether `secret` is the current one, or the previous one within its grace period after a rotation.
    pub fn accepts(&self, secret: &Secret, now: OffsetDateTime) -> bool {
        let is_current = secret.is(&self.secret_hash);
        let is_previous = self.previous.as_ref().is_some_and(|(hash, until)| secret.is(hash) && now < *until);
        is_current || is_previous
    }

    /// A usable key with these scopes.
    #[cfg(test)]
    pub(super) fn for_test(scopes: ScopeSet) -> Self {
        Self {
            scopes,
            secret_hash: Vec::new(),
            previous: None,
            expires_at: None,
            is_revoked: false,
            is_suspended: false,
            makers: 0,
            mode: Mode::Test,
        }
    }
}

/// Reads the state of a key, and records the time of use, to the minute.
pub(super) async fn read_and_touch(
    conn: &mut PgConnection,
    tenant: TenantId,
    key_id: Uuid,
) -> Result<Option<KeyState>, ApiError> {
    let state = read(&mut *conn, tenant, key_id).await?;
    if state.is_some() {
        sqlx::query(
            "UPDATE app.api_key SET last_used_at = now() WHERE tenant_id = $1 AND key_id = $2
             AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
        )
        .bind(tenant)
        .bind(key_id)
        .execute(conn)
        .await?;
    }
    Ok(state)
}

/// Reads the state of a key; `None` when the tenant has no such key.
pub(crate) async fn read(
    conn: &mut PgConnection,
    tenant: TenantId,
    key_id: Uuid,
) -> Result<Option<KeyState>, ApiError> {
    let line = sqlx::query(
        "WITH RECURSIVE line AS (
             SELECT k.*, 0 AS place FROM app.api_key k WHERE k.tenant_id = $1 AND k.key_id = $2
             UNION ALL
             SELECT k.*, line.place + 1 FROM line JOIN app.api_key k ON k.tenant_id = $1 AND k.key_id = line.made_by
             WHERE line.place < $3)
         SELECT line.scopes, line.secret_hash, line.previous_hash, line.previous_until, line.expires_at, m.role,
             line.revoked_at IS NOT NULL AS is_revoked, line.made_by IS NOT NULL AS has_maker,
             t.suspended_at IS NOT NULL AS is_suspended, t.mode AS tenant_mode
         FROM line JOIN app.tenant t ON t.tenant_id = $1
             LEFT JOIN app.member m ON m.tenant_id = $1 AND m.member_id = line.member_id
         ORDER BY line.place",
    )
    .bind(tenant)
    .bind(key_id)
    .bind(i32::try_from(MAKERS_MAX).unwrap_or(i32::MAX))
    .fetch_all(conn)
    .await?;
    let Some(key) = line.first() else { return Ok(None) };
    let previous_hash: Option<Vec<u8>> = key.try_get("previous_hash")?;
    let mut state = KeyState {
        scopes: ScopeSet::all(),
        secret_hash: key.try_get("secret_hash")?,
        previous: previous_hash.zip(key.try_get("previous_until")?),
        expires_at: None,
        // A line that is longer than allowed is not followed to its end, so nobody knows whether its makers stand.
        is_revoked: line.last().is_some_and(|last| last.try_get("has_maker").unwrap_or(true)),
        is_suspended: key.try_get("is_suspended")?,
        makers: line.len() - 1,
        mode: Mode::from_stored(key.try_get("tenant_mode")?),
    };
    for row in &line {
        let role: Option<String> = row.try_get("role")?;
        let granted = effective(&row.try_get::<Vec<String>, _>("scopes")?, role.as_deref());
        state.scopes = state.scopes.intersect(granted);
        state.is_revoked |= row.try_get::<bool, _>("is_revoked")?;
        state.expires_at = earlier(state.expires_at, row.try_get("expires_at")?);
    }
    Ok(Some(state))
}

/// The scopes that a key may use according to its own row and its member's role.
pub(crate) fn effective(granted: &[String], role: Option<&str>) -> ScopeSet {
    let granted = ScopeSet::from_stored(granted);
    match role {
        Some(role) => granted.intersect(Role::from_stored(role).map(Role::scopes).unwrap_or_default()),
        None => granted,
    }
}

/// The earlier of two expiries, where `None` is never.
pub(crate) fn earlier(a: Option<OffsetDateTime>, b: Option<OffsetDateTime>) -> Option<OffsetDateTime> {
    a.into_iter().chain(b).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_previous_secret_ends_with_its_grace_and_a_key_with_its_expiry() {
        let (now, secret, previous) = (OffsetDateTime::UNIX_EPOCH, Secret::random(), Secret::random());
        let later = now + time::Duration::SECOND;
        let state = KeyState {
            secret_hash: secret.hash().to_vec(),
            previous: Some((previous.hash().to_vec(), later)),
            expires_at: Some(later),
            ..KeyState::for_test(ScopeSet::EMPTY)
        };
        assert!(state.is_usable(now) && !state.is_usable(later));
        assert!(state.accepts(&secret, later) && state.accepts(&previous, now) && !state.accepts(&previous, later));
        assert!(!state.accepts(&Secret::random(), now));
        assert!(!KeyState { is_revoked: true, ..state }.is_usable(now));
    }

    #[test]
    fn the_earlier_expiry_counts() {
        let (first, second) = (OffsetDateTime::UNIX_EPOCH, OffsetDateTime::UNIX_EPOCH + time::Duration::SECOND);
        assert_eq!(earlier(None, None), None);
        for (a, b) in [(Some(first), None), (None, Some(first)), (Some(second), Some(first))] {
            assert_eq!(earlier(a, b), Some(first));
        }
    }
}
