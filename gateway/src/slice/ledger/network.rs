//! The network view: validators, peers and the beacon, read from final blocks and the node's status. Invariant: one
//! report serves all requests for [`REUSE_MS`]. Each block is read once.

mod accusation;
mod beacon;
pub(super) mod conviction;
pub mod model;
mod outbox;
mod recent;
mod row;
mod signers;

pub use conviction::CONVICTIONS_MAX;
pub use recent::BLOCKS_MAX;

use crate::{error::ApiError, operation::model::format_us};
use chain_beacon::When;
use chain_node::{NodeError, NodeHandle, ShardStatus};
use chain_types::{ShardId, atomic::BEACON_SHARD, beacon::Evidence};
use conviction::Convictions;
use indexer::progress::IndexProgress;
use model::{LedgerNetwork, beacon::Beacon};
use outbox::Outboxes;
use recent::Recent;
use signers::SignerSets;
use sqlx::PgPool;
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Mutex;

/// The time in milliseconds for which one report serves all requests.
pub const REUSE_MS: u64 = 500;

/// A cached view of the network.
pub struct NetworkView {
    source: Source,
    seen: Mutex<Seen>,
}

impl std::fmt::Debug for NetworkView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkView").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// The sources of the view.
struct Source {
    node: NodeHandle,
    index: IndexProgress,
    pool: PgPool,
}

/// The data read so far, and the last report.
#[derive(Debug, Default)]
struct Seen {
    shards: Vec<Recent>,
    outboxes: Vec<Outboxes>,
    sets: SignerSets,
    convictions: Convictions,
    answer: Option<(Instant, Arc<LedgerNetwork>)>,
}

impl NetworkView {
    /// Creates a view that has read nothing yet.
    pub fn new(node: NodeHandle, index: IndexProgress, pool: PgPool) -> Self {
        Self { source: Source { node, index, pool }, seen: Mutex::default() }
    }

    /// Returns the network as of now, or of at most [`REUSE_MS`] ago.
    ///
    /// # Errors
    /// A final block cannot be read.
    pub async fn report(&self) -> Result<Arc<LedgerNetwork>, ApiError> {
        let mut seen = self.seen.lock().await;
        if let Some((at, answer)) = &seen.answer
            && at.elapsed() < Duration::from_millis(REUSE_MS)
        {
            return Ok(Arc::clone(answer));
        }
        let answer = Arc::new(seen.read(&self.source).await?);
        seen.answer = Some((Instant::now(), Arc::clone(&answer)));
        Ok(answer)
    }
}

impl Seen {
    async fn read(&mut self, source: &Source) -> Result<LedgerNetwork, ApiError> {
        let node = &source.node;
        let status_of_beacon = status(node, BEACON_SHARD).await?;
        let set = status_of_beacon.as_ref().map_or(&node.genesis().validators, |status| &status.committee.validators);
        self.shards.resize_with(usize::from(node.shards()), Recent::default);
        self.outboxes.resize_with(usize::from(node.shards()), Outboxes::default);
        let (mut shards, mut accusations, mut outboxes, mut own_index) = (Vec::new(), Vec::new(), Vec::new(), None);
        let ids = (0..node.shards()).map(ShardId);
        for ((id, recent), queues) in ids.zip(&mut self.shards).zip(&mut self.outboxes) {
            recent.catch_up(node, &mut self.sets, id).await.map_err(|error| ApiError::internal(&error))?;
            outboxes.extend_from_slice(queues.catch_up(node, id).await);
            let status = status(node, id).await?;
            if id == BEACON_SHARD {
                own_index = status.as_ref().and_then(|status| status.index);
            }
            for evidence in status.iter().flat_map(|status| &status.accusations) {
                let Evidence::Equivocation(equivocation) = evidence else { continue };
                let signers = self.sets.of(node, id, equivocation.first.vote.epoch).await;
                accusations.extend(signers.and_then(|signers| accusation::accusation(equivocation, &signers)));
            }
            let indexed = source.index.indexed(id).borrow().0;
            shards.push(row::shard(id, recent, status.as_ref(), indexed, set));
        }
        Ok(LedgerNetwork {
            chain_id: node.chain_id().to_string(),
            own_index,
            window_blocks: row::count(BLOCKS_MAX),
            shards,
            validators: row::validators(set, &self.shards),
            peers: node.peers().iter().map(|status| row::peer(status, set)).collect(),
            accusations,
            outboxes,
            beacon: self.beacon(source).await?,
        })
    }

    async fn beacon(&mut self, source: &Source) -> Result<Option<Beacon>, ApiError> {
        let tip = *source.node.tip(BEACON_SHARD).borrow();
        let Some(state) = source.node.beacon().await else { return Ok(None) };
        let convictions = self.convictions.newest(source, &mut self.sets, &state).await?;
        let next = When { height: tip.height.next(), time: source.node.block_time(BEACON_SHARD) };
        Ok(Some(beacon::beacon(state, next, convictions)))
    }
}

/// The status of a shard; `None` when the shard has stopped or waits for space, which is not a failure.
async fn status(node: &NodeHandle, shard: ShardId) -> Result<Option<ShardStatus>, ApiError> {
    match node.status(shard).await {
        Ok(status) => Ok(Some(status)),
        Err(NodeError::Stopped { .. } | NodeError::Full { .. }) => Ok(None),
        Err(error) => Err(ApiError::internal(&error)),
    }
}

fn format_ms(ms: u64) -> String {
    format_us(i64::try_from(ms.saturating_mul(1_000)).unwrap_or(i64::MAX))
}

fn format_time(time: SystemTime) -> String {
    format_us(i64::try_from(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()).unwrap_or(i64::MAX))
}
