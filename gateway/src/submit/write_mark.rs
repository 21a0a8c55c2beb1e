//! The newest final write of each tenant that this process saw, so that a writer reads what it wrote. Invariant: a mark
//! never goes back; a forgotten one costs freshness and never correctness.

use crate::tenant_id::TenantId;
use chain_types::{Height, ShardId};
use quick_cache::sync::Cache;

/// Tenants remembered at once.
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
