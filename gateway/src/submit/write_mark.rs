//! The newest final write of each tenant that this process saw, so that a writer reads what it wrote. Invariant: a mark
//! never goes back; a forgotten one costs freshness and never correctness.

use chain_types::{Height, ShardId};
use quick_cache::sync::Cache;
use uuid::Uuid;

/// Tenants remembered at once.
pub(super) const TENANTS_MAX: usize = 20_000;

pub(super) struct WriteMarks(Cache<Uuid, (ShardId, Height)>);

impl Default for WriteMarks {
    fn default() -> Self {
        Self(Cache::new(TENANTS_MAX))
    }
}

impl WriteMarks {
    pub(super) fn get(&self, tenant: Uuid) -> Option<(ShardId, Height)> {
        self.0.get(&tenant)
    }

    pub(super) fn set(&self, tenant: Uuid, shard: ShardId, height: Height) {
        if self.get(tenant).is_none_or(|(_, known)| known < height) {
            self.0.insert(tenant, (shard, height));
        }
    }
}
