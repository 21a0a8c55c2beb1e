//! A cache of the current state of API keys. Invariant: a change of a key takes effect in every process within
//! [`FRESH_MS_MAX`], and at once in the process that makes it. Tokens issued for the key follow the same state.

mod state;

pub use state::{KeyState, MAKERS_MAX};
pub(crate) use state::{earlier, effective, read};

use super::credential::{Credential, Mode};
use crate::{db, error::ApiError, tenant_id::TenantId};
use quick_cache::sync::Cache;
use sqlx::PgPool;
use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// The maximum number of cached keys.
pub const KEYS_MAX: usize = 50_000;
/// The maximum number of tenants with cached keys.
pub const TENANTS_MAX: usize = 50_000;
/// The maximum age of a cached state, in milliseconds.
pub const FRESH_MS_MAX: u64 = 5_000;

/// The time between two changes of a tenant's keys, compared by address. A state read in an earlier period is stale.
#[derive(Debug, Default)]
struct Period(#[allow(dead_code, reason = "a value without a size would not have an address of its own")] u8);

/// A cached state with the moment and the period of its read.
#[derive(Clone, Debug)]
struct Known {
    read_at: Instant,
    period: Arc<Period>,
    state: Arc<KeyState>,
}

/// A cache of key states with a short lifetime.
#[derive(Debug)]
pub struct KeyStates {
    pool: PgPool,
    known: Cache<(TenantId, Uuid), Known>,
    periods: Cache<TenantId, Arc<Period>>,
}

impl KeyStates {
    /// Creates an empty cache.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, known: Cache::new(KEYS_MAX), periods: Cache::new(TENANTS_MAX) }
    }

    /// The cached state, if it is still fresh.
    pub fn cached(&self, tenant: TenantId, key_id: Uuid) -> Option<Arc<KeyState>> {
        let known = self.known.get(&(tenant, key_id))?;
        let is_of_period = self.periods.get(&tenant).is_some_and(|period| Arc::ptr_eq(&period, &known.period));
        let is_fresh = known.read_at.elapsed() < Duration::from_millis(FRESH_MS_MAX);
        (is_of_period && is_fresh).then_some(known.state)
    }

    /// Returns the state of a key, or `None` when the tenant has no such key. A state that is not cached is read from
    /// the database, which also records the time of use, to the minute.
    pub async fn get(&self, tenant: TenantId, key_id: Uuid) -> Result<Option<Arc<KeyState>>, ApiError> {
        if let Some(state) = self.cached(tenant, key_id) {
            return Ok(Some(state));
        }
        // Both before the read: a change that commits during the read ends the period, so the old state is not used.
        let (period, read_at) = (self.period(tenant), Instant::now());
        let state = db::run(&self.pool, tenant, move |conn| Box::pin(state::read_and_touch(conn, tenant, key_id)));
        let Some(state) = state.await?.map(Arc::new) else { return Ok(None) };
        self.known.insert((tenant, key_id), Known { read_at, period, state: Arc::clone(&state) });
        Ok(Some(state))
    }

    /// Forgets the keys of one tenant, after a change of any of them was committed. Reads that began before are not
    /// kept.
    pub fn invalidate_tenant(&self, tenant: TenantId) {
        self.periods.remove(&tenant);
    }

    /// Whether a credential was accepted when its key was last read, however long ago. Such a key may be read again
    /// although its address is at the limit of refused credentials; it is read once in [`FRESH_MS_MAX`].
    pub fn accepted_before(&self, credential: &Credential, now: OffsetDateTime) -> bool {
        let known = self.known.get(&(credential.tenant, credential.key_id));
        known.is_some_and(|known| known.state.accepts(&credential.secret, now))
    }

    /// The mode of the tenant of a key that was read before. A key that is no longer cached counts as one in test mode,
    /// which has the smaller share.
    pub fn mode(&self, tenant: TenantId, key_id: Uuid) -> Mode {
        self.known.get(&(tenant, key_id)).map_or(Mode::Test, |known| known.state.mode())
    }

    fn period(&self, tenant: TenantId) -> Arc<Period> {
        match self.periods.get_or_insert_with(&tenant, || Ok::<_, Infallible>(Arc::default())) {
            Ok(period) => period,
            Err(never) => match never {},
        }
    }
}

#[cfg(test)]
mod tests;
