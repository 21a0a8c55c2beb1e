//! Wakes the streams of tenants that have new events. Invariant: a listener that begins to listen before it reads the
//! index misses nothing. New blocks of a shard cost one statement, whatever the number of listeners, and none when
//! nobody listens to the shard.

use crate::{db, error::ApiError, tenant_id::TenantId};
use chain_types::{Height, ShardId, id::home_shard};
use indexer::{event as index, progress::IndexProgress};
use sqlx::PgPool;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

/// The most blocks of a shard for which the gateway looks up whom they concern. After a larger step of the index, every
/// listener of the shard looks for itself.
pub const BLOCKS_PER_WAKE_MAX: u64 = 256;

/// The listeners of a process, and the tasks that wake them, one for each shard.
#[derive(Debug)]
pub struct EventHub {
    listened: Arc<Listened>,
    _tasks: Vec<AbortOnDropHandle<()>>,
}

/// The tenants with listeners, by their home shards.
#[derive(Debug)]
struct Listened(Vec<Mutex<BTreeMap<TenantId, watch::Sender<()>>>>);

/// A listener. It stops to listen when it is dropped.
#[derive(Debug)]
pub struct Listening {
    listened: Arc<Listened>,
    shard: ShardId,
    tenant: TenantId,
    receiver: Option<watch::Receiver<()>>,
}

impl EventHub {
    /// Follows the index; `shards` is the number of shards of the chain.
    pub fn start(pool: &PgPool, index: &IndexProgress, shards: u16) -> Self {
        let listened = Arc::new(Listened((0..shards).map(|_| Mutex::default()).collect()));
        let follow = |shard| {
            let (pool, index, listened) = (pool.clone(), index.clone(), Arc::clone(&listened));
            AbortOnDropHandle::new(tokio::spawn(follow(pool, index, listened, ShardId(shard))))
        };
        let tasks = (0..shards).map(follow).collect();
        Self { listened, _tasks: tasks }
    }

    /// Begins to listen to the events of a tenant.
    pub fn listen(&self, tenant: TenantId) -> Listening {
        let shards = u16::try_from(self.listened.0.len()).unwrap_or(u16::MAX);
        let shard = home_shard(tenant.on_ledger(), 0, shards);
        let mut tenants = self.listened.of(shard);
        let sender = tenants.entry(tenant).or_insert_with(|| watch::channel(()).0);
        let receiver = Some(sender.subscribe());
        Listening { listened: Arc::clone(&self.listened), shard, tenant, receiver }
    }

    /// The number of tenants with listeners.
    pub fn tenants(&self) -> usize {
        (0..).map(ShardId).take(self.listened.0.len()).map(|shard| self.listened.of(shard).len()).sum()
    }
}

impl Listened {
    fn of(&self, shard: ShardId) -> MutexGuard<'_, BTreeMap<TenantId, watch::Sender<()>>> {
        // The maps are consistent after each statement, so a panic elsewhere while a lock is held does no harm.
        self.0[usize::from(shard.0)].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    /// Waits until the tenant may have events that were not there at the last call.
    pub async fn changed(&mut self) {
        let Some(receiver) = &mut self.receiver else { return };
        // The sender stays as long as there is a listener.
        let _ = receiver.changed().await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut tenants = self.listened.of(self.shard);
        self.receiver = None;
        if tenants.get(&self.tenant).is_some_and(|sender| sender.receiver_count() == 0) {
            tenants.remove(&self.tenant);
        }
    }
}

async fn follow(pool: PgPool, progress: IndexProgress, listened: Arc<Listened>, shard: ShardId) {
    let mut indexed = progress.indexed(shard);
    let mut seen = *indexed.borrow_and_update();
    while indexed.changed().await.is_ok() {
        let height = *indexed.borrow_and_update();
        // Who begins to listen from now on reads the index afterwards.
        if !listened.of(shard).is_empty() {
            wake(&pool, &listened, shard, (seen, height)).await;
        }
        seen = height;
    }
}

/// Wakes the listeners whose tenants the blocks after `seen`, up to `height`, concern.
async fn wake(pool: &PgPool, listened: &Listened, shard: ShardId, (seen, height): (Height, Height)) {
    let concerned = if height.0.saturating_sub(seen.0) > BLOCKS_PER_WAKE_MAX {
        None
    } else {
        let found = find_concerned(pool, shard, seen, height).await;
        found.inspect_err(|error| tracing::warn!(code = error.code().name, "every listener looks for itself")).ok()
    };
    let tenants = listened.of(shard);
    match concerned {
        Some(concerned) => {
            for sender in concerned.iter().filter_map(|tenant| tenants.get(tenant)) {
                sender.send_replace(());
            }
        }
        None => {
            for sender in tenants.values() {
                sender.send_replace(());
            }
        }
    }
}

async fn find_concerned(
    pool: &PgPool,
    shard: ShardId,
    seen: Height,
    height: Height,
) -> Result<Vec<TenantId>, ApiError> {
    let found = db::run_service(pool, move |conn| {
        Box::pin(async move { Ok(index::concerned_tenants(conn, shard, seen, height).await?) })
    })
    .await?;
    Ok(found.into_iter().map(TenantId::from).collect())
}
