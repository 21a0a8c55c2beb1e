//! A cache of the current state of API keys. Invariant: a change of a key takes effect in every process within
//! [`FRESH_MS_MAX`]. Tokens issued for the key follow the same state.
//!
//! The process that makes a change also removes the key from its own cache, so the change usually takes effect there at
//! once. A read that began before the change may still insert the old state afterwards. That entry expires like any
//! other.

use super::{
    credential::{Credential, Mode, Secret},
    role::Role,
    scope::ScopeSet,
};
use crate::{db, error::ApiError, tenant_id::TenantId};
use quick_cache::sync::Cache;
use sqlx::{PgConnection, PgPool, Row as _};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// The maximum number of cached keys.
pub const KEYS_MAX: usize = 50_000;
/// The maximum age of a cached state, in milliseconds.
pub const FRESH_MS_MAX: u64 = 5_000;

/// The state of one key.
#[derive(Clone, Debug)]
pub struct KeyState {
    scopes: ScopeSet,
    secret_hash: Vec<u8>,
    /// The hash of the secret before the last rotation, and the end of its grace period.
    previous: Option<(Vec<u8>, OffsetDateTime)>,
    expires_at: Option<OffsetDateTime>,
    is_revoked: bool,
    mode: Mode,
}

impl KeyState {
    /// The scopes that the key may use now. A member's key has at most the scopes of the member's role, and none if the
    /// role is unknown. A key without a member (a service key) keeps all scopes that were granted to it.
    pub fn scopes(&self) -> ScopeSet {
        self.scopes
    }

    /// Whether the key is neither revoked nor expired at `now`.
    pub fn is_usable(&self, now: OffsetDateTime) -> bool {
        !self.is_revoked && self.expires_at.is_none_or(|expiry| now < expiry)
    }

    /// Whether `secret` is the current one, or the previous one within its grace period after a rotation.
    pub fn accepts(&self, secret: &Secret, now: OffsetDateTime) -> bool {
        let is_current = secret.is(&self.secret_hash);
        let is_previous = self.previous.as_ref().is_some_and(|(hash, until)| secret.is(hash) && now < *until);
        is_current || is_previous
    }
}

/// A cache of key states with a short lifetime.
#[derive(Debug)]
pub struct KeyStates {
    pool: PgPool,
    known: Cache<(TenantId, Uuid), (Instant, Arc<KeyState>)>,
}

impl KeyStates {
    /// Creates an empty cache.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, known: Cache::new(KEYS_MAX) }
    }

    /// The cached state, if it is still fresh.
    pub fn cached(&self, tenant: TenantId, key_id: Uuid) -> Option<Arc<KeyState>> {
        let (read_at, state) = self.known.get(&(tenant, key_id))?;
        (read_at.elapsed() < Duration::from_millis(FRESH_MS_MAX)).then_some(state)
    }

    /// Returns the state of a key, or `None` when the tenant has no such key. A state that is not cached is read from
    /// the database, which also records the time of use, to the minute.
    pub async fn get(&self, tenant: TenantId, key_id: Uuid) -> Result<Option<Arc<KeyState>>, ApiError> {
        if let Some(state) = self.cached(tenant, key_id) {
            return Ok(Some(state));
        }
        // Before the read: if the key changes during the read, the old state is used for `FRESH_MS_MAX` at most.
        let read_at = Instant::now();
        let state = db::run(&self.pool, tenant, move |conn| Box::pin(read(conn, tenant, key_id))).await?;
        let Some(state) = state.map(Arc::new) else { return Ok(None) };
        self.known.insert((tenant, key_id), (read_at, Arc::clone(&state)));
        Ok(Some(state))
    }

    /// Removes a key that was just changed from the cache. A read that began before the change may still insert the old
    /// state afterwards.
    pub fn invalidate(&self, tenant: TenantId, key_id: Uuid) {
        self.known.remove(&(tenant, key_id));
    }

    /// Removes all keys of a tenant from the cache, after a change of one of its members. [`KeyStates::invalidate`]
    /// explains its limit.
    pub fn invalidate_tenant(&self, tenant: TenantId) {
        self.known.retain(|(owner, _), _| *owner != tenant);
    }

    /// Whether a credential was accepted when its key was last read, however long ago. Such a key may be read again
    /// although its address is at the limit of refused credentials; it is read once in [`FRESH_MS_MAX`].
    pub fn accepted_before(&self, credential: &Credential, now: OffsetDateTime) -> bool {
        let known = self.known.get(&(credential.tenant, credential.key_id));
        known.is_some_and(|(_, state)| state.accepts(&credential.secret, now))
    }

    /// The mode of the tenant of a key that was read before. A key that is no longer cached counts as one in test mode,
    /// which has the smaller share.
    pub fn mode(&self, tenant: TenantId, key_id: Uuid) -> Mode {
        self.known.get(&(tenant, key_id)).map_or(Mode::Test, |(_, state)| state.mode)
    }
}

async fn read(conn: &mut PgConnection, tenant: TenantId, key_id: Uuid) -> Result<Option<KeyState>, ApiError> {
    let row = sqlx::query(
        "SELECT k.scopes, t.mode, k.secret_hash, k.previous_hash, k.previous_until, k.expires_at, m.role,
                k.revoked_at IS NOT NULL AS is_revoked,
                k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS is_first_use
         FROM app.api_key k JOIN app.tenant t ON t.tenant_id = k.tenant_id
             LEFT JOIN app.member m ON m.tenant_id = k.tenant_id AND m.member_id = k.member_id
         WHERE k.tenant_id = $1 AND k.key_id = $2",
    )
    .bind(tenant)
    .bind(key_id)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<bool, _>("is_first_use")? {
        sqlx::query("UPDATE app.api_key SET last_used_at = now() WHERE tenant_id = $1 AND key_id = $2")
            .bind(tenant)
            .bind(key_id)
            .execute(conn)
            .await?;
    }
    let granted = ScopeSet::from_stored(&row.try_get::<Vec<String>, _>("scopes")?);
    let scopes = match row.try_get::<Option<String>, _>("role")? {
        Some(role) => granted.intersect(Role::from_stored(&role).map(Role::scopes).unwrap_or_default()),
        None => granted,
    };
    let previous_hash: Option<Vec<u8>> = row.try_get("previous_hash")?;
    Ok(Some(KeyState {
        scopes,
        secret_hash: row.try_get("secret_hash")?,
        previous: previous_hash.zip(row.try_get("previous_until")?),
        expires_at: row.try_get("expires_at")?,
        is_revoked: row.try_get("is_revoked")?,
        mode: Mode::from_stored(row.try_get("mode")?),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_previous_secret_ends_with_its_grace_and_a_key_with_its_expiry() {
        let (now, secret, previous) = (OffsetDateTime::UNIX_EPOCH, Secret::random(), Secret::random());
        let later = now + time::Duration::SECOND;
        let state = KeyState {
            scopes: ScopeSet::EMPTY,
            secret_hash: secret.hash().to_vec(),
            previous: Some((previous.hash().to_vec(), later)),
            expires_at: Some(later),
            is_revoked: false,
            mode: Mode::Live,
        };
        assert!(state.is_usable(now) && !state.is_usable(later));
        assert!(state.accepts(&secret, later) && state.accepts(&previous, now) && !state.accepts(&previous, later));
        assert!(!state.accepts(&Secret::random(), now));
        assert!(!KeyState { is_revoked: true, ..state }.is_usable(now));
    }
}
