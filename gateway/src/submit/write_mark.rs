//! The newest final write of each tenant through this process, so that tenants read their own writes. Invariant: a mark
//! never decreases; losing one costs freshness, never correctness.

use crate::tenant_id::TenantId;
use chain_types::{Height, ShardId};
use quick_cache::sync::Cache;

/// The maximum number of tenants in the cache.
pub(super) const TENANTS_MAX: usize = 20_000;

pub(super) struct WriteMarks(Cache<TenantId, (ShardId, Height)>);

impl Default for WriteMarks {
    fn default() -> Self {
        Self(Cache::new(TENANTS_MAX))
    }
}

impl WriteMarks {
    pub(super) fn get(&self, tenant: TenantId) -> Option<(ShardId, Height)> {
        self.0.get(&tenant)
    }

    pub(super) fn set(&self, tenant: TenantId, shard: ShardId, height: Height) {
        if self.get(tenant).is_none_or(|(_, known)| known < height) {
            self.0.insert(tenant, (shard, height));
        }
    }
}
