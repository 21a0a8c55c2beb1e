//! The newest final write of each tenant through this process, for reads of own writes. Invariant: a mark does not
//! decrease. A mark that was dropped costs freshness, never correctness.

use crate::tenant_id::TenantId;
use chain_types::{Height, ShardId};
use quick_cache::sync::Cache;
use std::sync::{Mutex, PoisonError};

/// The maximum number of tenants in the cache.
pub(super) const TENANTS_MAX: usize = 20_000;

/// The newest final write of each tenant, in a bounded cache.
pub(super) struct WriteMarks {
    marks: Cache<TenantId, (ShardId, Height)>,
    /// Held while a mark is compared and set.
    writer: Mutex<()>,
}

impl Default for WriteMarks {
    fn default() -> Self {
        Self { marks: Cache::new(TENANTS_MAX), writer: Mutex::default() }
    }
}

impl WriteMarks {
    /// The shard and height of the tenant's newest write; `None` if unknown.
    pub(super) fn get(&self, tenant: TenantId) -> Option<(ShardId, Height)> {
        self.marks.get(&tenant)
    }

    /// Records a write, unless a newer one is known.
    pub(super) fn set(&self, tenant: TenantId, shard: ShardId, height: Height) {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if self.get(tenant).is_none_or(|(_, known)| known < height) {
            self.marks.insert(tenant, (shard, height));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn writers_at_once_leave_the_newest_mark() {
        let (marks, tenant) = (WriteMarks::default(), TenantId(Uuid::from_u128(1)));
        for round in 0..200_u64 {
            let base = round * 100;
            std::thread::scope(|scope| {
                for writer in 0..4 {
                    let marks = &marks;
                    scope.spawn(move || {
                        for step in 1..=25 {
                            marks.set(tenant, ShardId(0), Height(base + step * 4 - writer));
                        }
                    });
                }
            });
            assert_eq!(marks.get(tenant), Some((ShardId(0), Height(base + 100))));
        }
    }
}
