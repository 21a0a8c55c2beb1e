//! The newest final write of each tenant through this process, for reads of own writes. Invariant: a mark does not
//! decrease, unless two calls for one tenant race. A lost or older mark costs freshness, never correctness.

use crate::tenant_id::TenantId;
use chain_types::{Height, ShardId};
use quick_cache::sync::Cache;

/// The maximum number of tenants in the cache.
pub(super) const TENANTS_MAX: usize = 20_000;

/// The newest final write of each tenant, in a bounded cache.
pub(super) struct WriteMarks(Cache<TenantId, (ShardId, Height)>);

impl Default for WriteMarks {
    fn default() -> Self {
        Self(Cache::new(TENANTS_MAX))
    }
}

impl WriteMarks {
    /// The shard and height of the tenant's newest write; `None` if unknown.
    pub(super) fn get(&self, tenant: TenantId) -> Option<(ShardId, Height)> {
        self.0.get(&tenant)
    }

    /// Records a write, unless a newer one is known.
    pub(super) fn set(&self, tenant: TenantId, shard: ShardId, height: Height) {
        if self.get(tenant).is_none_or(|(_, known)| known < height) {
            self.0.insert(tenant, (shard, height));
        }
    }
}
