//! Paces the writes of a tenant while others use its shard. The index applies the blocks of a shard in their order, so
//! a tenant that reads its own write waits for all records before it. The ledger is faster than the index, so without a
//! pace these could be all that a tenant may have in flight.
//!
//! Invariant: while several tenants write to a shard and the index moves, each has at most [`SHARED_RECORDS_MAX`]
//! records in it that the index lacks, over all transactions that this process sends. A tenant that is alone on a shard
//! does not wait, and nobody waits for an index that stands still or longer than [`PACE_WAIT_MS_MAX`]: a transaction is
//! valid for a minute only.

use crate::tenant_id::TenantId;
use chain_types::{Height, ShardId, limit};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The records of one tenant that are sent to a shared shard and not indexed: one transaction of the largest size.
pub const SHARED_RECORDS_MAX: u32 = 1_000;
/// The time in milliseconds for which a shard counts as shared after two tenants wrote to it.
pub const SHARED_FOR_MS: u64 = 1_000;
/// The time in milliseconds without a newly indexed block after which nobody waits for the index. An index that is down
/// must not stop the ledger.
pub const INDEX_PACE_MS_MAX: u64 = 500;
/// The time in milliseconds that a transaction waits for its turn.
pub const PACE_WAIT_MS_MAX: u64 = 10_000;

const _: () = assert!(SHARED_RECORDS_MAX as usize == limit::ENTRIES_PER_TRANSACTION_MAX);

/// The writes on their way to each shard.
#[derive(Default)]
pub(super) struct Pace(Mutex<HashMap<ShardId, Shard>>);

#[derive(Default)]
struct Shard {
    newest: Option<TenantId>,
    /// The time of the newest write that another tenant's write preceded.
    shared_at: Option<Instant>,
    /// The tenants with writes on their way. A permit is a record.
    tenants: HashMap<TenantId, Arc<Semaphore>>,
}

impl Shard {
    fn is_shared(&self, now: Instant) -> bool {
        self.shared_at.is_some_and(|at| now - at < Duration::from_millis(SHARED_FOR_MS))
    }
}

/// A transaction's turn; it ends when dropped.
pub(super) struct Turn<'p> {
    pace: &'p Pace,
    shard: ShardId,
    tenant: TenantId,
    permit: Option<OwnedSemaphorePermit>,
}

impl Pace {
    /// Waits until a transaction of `records` records may be sent; `indexed` is the indexed height of the shard.
    pub(super) async fn turn(
        &self,
        shard: ShardId,
        tenant: TenantId,
        records: u32,
        indexed: watch::Receiver<Height>,
    ) -> Turn<'_> {
        tokio::select! {
            biased;
            turn = self.turn_at(Instant::now(), shard, tenant, records) => turn,
            () = self.lifted(Instant::now(), shard, indexed) => Turn { pace: self, shard, tenant, permit: None },
        }
    }

    /// Waits until a transaction that waits since `begun` need not wait longer.
    async fn lifted(&self, begun: Instant, shard: ShardId, mut indexed: watch::Receiver<Height>) {
        loop {
            let moved = tokio::time::timeout(Duration::from_millis(INDEX_PACE_MS_MAX), indexed.changed()).await;
            let is_late = begun.elapsed() >= Duration::from_millis(PACE_WAIT_MS_MAX);
            if !matches!(moved, Ok(Ok(()))) || is_late || !self.is_shared(Instant::now(), shard) {
                return;
            }
        }
    }

    fn is_shared(&self, now: Instant, shard: ShardId) -> bool {
        self.lock().get(&shard).is_some_and(|shard| shard.is_shared(now))
    }

    async fn turn_at(&self, now: Instant, shard: ShardId, tenant: TenantId, records: u32) -> Turn<'_> {
        let mut turn = Turn { pace: self, shard, tenant, permit: None };
        let (semaphore, is_shared) = self.arrive(now, shard, tenant);
        let records = records.min(SHARED_RECORDS_MAX);
        turn.permit = if is_shared {
            // The semaphore is never closed. It serves its callers in their order.
            semaphore.acquire_many_owned(records).await.ok()
        } else {
            // These records count, if the shard becomes shared before they are indexed.
            semaphore.try_acquire_many_owned(records).ok()
        };
        turn
    }

    /// Notes a write; returns the tenant's records and whether the shard is shared.
    fn arrive(&self, now: Instant, shard: ShardId, tenant: TenantId) -> (Arc<Semaphore>, bool) {
        let mut shards = self.lock();
        let shard = shards.entry(shard).or_default();
        if shard.newest.replace(tenant).is_some_and(|newest| newest != tenant) {
            shard.shared_at = Some(now);
        }
        let full = || Arc::new(Semaphore::new(SHARED_RECORDS_MAX as usize));
        let semaphore = Arc::clone(shard.tenants.entry(tenant).or_insert_with(full));
        (semaphore, shard.is_shared(now))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ShardId, Shard>> {
        // Every statement leaves the map consistent, so a panic elsewhere while the lock is held does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut shards = self.pace.lock();
        drop(self.permit.take());
        let Some(shard) = shards.get_mut(&self.shard) else { return };
        // Permits and waiting callers hold the tenant's records, too.
        if shard.tenants.get(&self.tenant).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            shard.tenants.remove(&self.tenant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use uuid::Uuid;

    const SHARD: ShardId = ShardId(0);

    async fn turn(pace: &Pace, shard: ShardId, tenant: TenantId, records: u32) -> Turn<'_> {
        pace.turn_at(Instant::now(), shard, tenant, records).await
    }

    fn tenant(number: u128) -> TenantId {
        TenantId(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn a_tenant_that_is_alone_never_waits() {
        let pace = Pace::default();
        let turns: Vec<_> =
            futures::future::join_all((0..10).map(|_| pace.turn_at(Instant::now(), SHARD, tenant(1), 1_000))).await;
        assert_eq!(turns.len(), 10);
        // Another shard is another matter.
        assert!(turn(&pace, ShardId(1), tenant(2), 1_000).now_or_never().is_some());
        assert!(turn(&pace, SHARD, tenant(1), 1_000).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_tenant_waits_for_its_own_records_alone_while_others_write() {
        let pace = Pace::default();
        let large = turn(&pace, SHARD, tenant(1), 900).now_or_never().expect("alone");
        let small = turn(&pace, SHARD, tenant(2), 1).now_or_never().expect("nothing of this tenant is on its way");
        let fits = turn(&pace, SHARD, tenant(1), 100).now_or_never().expect("1,000 records");
        let mut second = Box::pin(pace.turn_at(Instant::now(), SHARD, tenant(1), 1_000));
        assert!((&mut second).now_or_never().is_none(), "it waits for the others of its tenant");
        assert!(turn(&pace, SHARD, tenant(2), 999).now_or_never().is_some(), "no other tenant waits");
        drop(large);
        assert!((&mut second).now_or_never().is_none(), "100 records are on their way");
        drop(fits);
        let second = second.now_or_never().expect("its turn");
        drop((small, second));
        assert!(pace.lock().values().all(|shard| shard.tenants.is_empty()), "nothing is kept of a tenant");
    }

    #[tokio::test]
    async fn a_tenant_is_alone_again_after_a_second() {
        let pace = Pace::default();
        let begin = Instant::now();
        let _other = pace.turn_at(begin, SHARD, tenant(2), 1).await;
        let _first = pace.turn_at(begin, SHARD, tenant(1), 1_000).await;
        let next = |ms| pace.turn_at(begin + Duration::from_millis(ms), SHARD, tenant(1), 1).now_or_never();
        assert!(next(SHARED_FOR_MS - 1).is_none());
        assert!(next(SHARED_FOR_MS).is_some());
    }

    #[tokio::test]
    async fn nobody_waits_for_an_index_that_stands_still() {
        let pace = Pace::default();
        let (height, indexed) = watch::channel(Height(0));
        let _other = pace.turn(SHARD, tenant(2), 1, indexed.clone()).await;
        let _first = pace.turn(SHARD, tenant(1), 1_000, indexed.clone()).await;
        let begun = Instant::now();
        // They go together, not one after the other.
        let next = (0..20).map(|_| pace.turn(SHARD, tenant(1), 501, indexed.clone()));
        assert_eq!(futures::future::join_all(next).await.len(), 20);
        let waited = begun.elapsed();
        assert!(waited >= Duration::from_millis(INDEX_PACE_MS_MAX), "{waited:?}");
        assert!(waited < Duration::from_millis(PACE_WAIT_MS_MAX), "{waited:?}");
        drop(height);
    }

    #[tokio::test]
    async fn who_waits_goes_once_its_tenant_is_alone() {
        let pace = Pace::default();
        let (height, indexed) = watch::channel(Height(0));
        let _other = pace.turn(SHARD, tenant(2), 1, indexed.clone()).await;
        let _first = pace.turn(SHARD, tenant(1), 1_000, indexed.clone()).await;
        let moves = async {
            loop {
                height.send_modify(|height| height.0 += 1);
                tokio::task::yield_now().await;
            }
        };
        let begun = Instant::now();
        tokio::select! {
            () = moves => {}
            _ = pace.turn(SHARD, tenant(1), 501, indexed.clone()) => {}
        }
        assert!(begun.elapsed() < Duration::from_millis(PACE_WAIT_MS_MAX), "the shard is shared for a second");
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_the_limit() {
        let pace = Pace::default();
        let height = watch::Sender::new(Height(0));
        let after = async |waited_ms| {
            pace.arrive(Instant::now(), SHARD, tenant(1));
            pace.arrive(Instant::now(), SHARD, tenant(2));
            let begun = Instant::now().checked_sub(Duration::from_millis(waited_ms)).expect("the machine is up longer");
            let mut lifted = std::pin::pin!(pace.lifted(begun, SHARD, height.subscribe()));
            assert!(lifted.as_mut().now_or_never().is_none(), "the index has not moved");
            height.send_modify(|height| height.0 += 1);
            lifted.now_or_never().is_some()
        };
        assert!(!after(0).await, "the shard is shared and the index moves");
        assert!(after(PACE_WAIT_MS_MAX).await);
    }

    #[tokio::test]
    async fn who_stops_waiting_leaves_nothing() {
        let pace = Pace::default();
        let _other = turn(&pace, SHARD, tenant(2), 1).await;
        let first = turn(&pace, SHARD, tenant(1), 1_000).await;
        assert!(turn(&pace, SHARD, tenant(1), 1).now_or_never().is_none());
        drop(first);
        assert!(!pace.lock()[&SHARD].tenants.contains_key(&tenant(1)));
    }
}
