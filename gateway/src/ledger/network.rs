//! Who keeps the ledger and how well, told from final blocks and from what this node sees. Invariant: however many ask,
//! the node is asked at most once per [`REUSE_MS`], and each block is read once.

mod accusation;
pub mod model;
mod recent;

pub use recent::BLOCKS_MAX;

use crate::{error::ApiError, operation::model::format_us, submit::Submitter};
use chain_node::{NodeError, NodeHandle, PeerStatus, ShardStatus};
use chain_types::{PublicKey, ShardId, atomic::BEACON_SHARD, validator::ValidatorSet};
use model::{LedgerNetwork, NetworkPeer, NetworkShard, NetworkValidator, Signer, ValidatorShard};
use recent::{Recent, Remembered};
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Mutex;

/// How long an answer serves everyone who asks.
pub const REUSE_MS: u64 = 500;

/// The view of the network that a gateway keeps.
#[derive(Debug, Default)]
pub struct NetworkView(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    shards: Vec<Recent>,
    answer: Option<(Instant, Arc<LedgerNetwork>)>,
}

impl NetworkView {
    /// The network as of now, or of at most [`REUSE_MS`] ago.
    ///
    /// # Errors
    /// When a final block cannot be read.
    pub async fn report(&self, submitter: &Submitter) -> Result<Arc<LedgerNetwork>, ApiError> {
        let mut seen = self.0.lock().await;
        if let Some((at, answer)) = &seen.answer
            && at.elapsed() < Duration::from_millis(REUSE_MS)
        {
            return Ok(Arc::clone(answer));
        }
        let answer = Arc::new(look(&mut seen.shards, submitter).await.map_err(|error| ApiError::internal(&error))?);
        seen.answer = Some((Instant::now(), Arc::clone(&answer)));
        Ok(answer)
    }
}

async fn look(recents: &mut Vec<Recent>, submitter: &Submitter) -> Result<LedgerNetwork, NodeError> {
    let node = &submitter.node;
    let beacon = status(node, BEACON_SHARD).await?;
    let set = beacon.as_ref().map_or(&node.genesis().validators, |status| &status.committee.validators);
    recents.resize_with(usize::from(node.shards()), Recent::default);
    let (mut shards, mut accusations, mut own_index) = (Vec::new(), Vec::new(), None);
    for (id, recent) in (0..node.shards()).map(ShardId).zip(recents.iter_mut()) {
        recent.catch_up(node, id).await?;
        let status = status(node, id).await?;
        if let Some(status) = &status {
            own_index = status.index;
            accusations.extend(status.accusations.iter().filter_map(|it| accusation::accusation(id, it, set)));
        }
        let indexed = submitter.index.indexed(id).borrow().0;
        shards.push(shard(id, recent, status.as_ref(), indexed, set));
    }
    let validators = set.validators.iter().zip(0..).map(|(one, index)| NetworkValidator {
        index,
        key: one.key.to_string(),
        weight: one.weight,
        shards: recents.iter().zip(0..).map(|(recent, shard)| on_shard(recent, shard, index)).collect(),
    });
    Ok(LedgerNetwork {
        chain_id: node.chain_id().to_string(),
        own_index,
        window_blocks: count(BLOCKS_MAX),
        shards,
        validators: validators.collect(),
        peers: node.peers().iter().map(|status| peer(status, set)).collect(),
        accusations,
    })
}

/// How a shard is; `None` when it has stopped, which is an answer too.
async fn status(node: &NodeHandle, shard: ShardId) -> Result<Option<ShardStatus>, NodeError> {
    match node.status(shard).await {
        Ok(status) => Ok(Some(status)),
        Err(NodeError::Stopped { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn shard(id: ShardId, recent: &Recent, status: Option<&ShardStatus>, indexed: u64, set: &ValidatorSet) -> NetworkShard {
    let newest = recent.newest();
    let height = newest.map_or(0, |block| block.height.0);
    NetworkShard {
        shard: id.0,
        height,
        index_lag_blocks: height.saturating_sub(indexed),
        timestamp: newest.map(|block| format_ms(block.timestamp_ms.0)),
        epoch: newest.map_or(set.epoch, |block| block.epoch).0,
        view: newest.map(|block| block.view.0),
        waiting: status.map(|status| u64::try_from(status.waiting).unwrap_or(u64::MAX)),
        proposer: newest.map(|block| block.proposer),
        signers: newest.map(|block| signers(block, set)).unwrap_or_default(),
        window_blocks: count(recent.len()),
    }
}

fn signers(block: &Remembered, set: &ValidatorSet) -> Vec<Signer> {
    let signer = |index: &u16| {
        let validator = set.validators.get(usize::from(*index))?;
        Some(Signer { index: *index, key: validator.key.to_string() })
    };
    block.signers.iter().filter_map(signer).collect()
}

fn on_shard(recent: &Recent, shard: u16, validator: u16) -> ValidatorShard {
    let tally = recent.tally(validator);
    ValidatorShard {
        shard,
        signed_newest: tally.lag == Some(0),
        signed_blocks: count(tally.signed),
        led_blocks: count(tally.led),
        lag_blocks: tally.lag,
    }
}

fn peer(status: &PeerStatus, set: &ValidatorSet) -> NetworkPeer {
    NetworkPeer {
        key: status.key.to_string(),
        validator: index_of(&status.key, set),
        connected_since: status.connected_since.map(format_time),
        bytes_in: status.bytes_in,
        bytes_out: status.bytes_out,
        dropped: status.dropped,
    }
}

fn index_of(key: &PublicKey, set: &ValidatorSet) -> Option<u16> {
    set.validators.iter().position(|one| one.key == *key).and_then(|index| u16::try_from(index).ok())
}

fn count(blocks: usize) -> u32 {
    u32::try_from(blocks).unwrap_or(u32::MAX)
}

fn format_ms(ms: u64) -> String {
    format_us(i64::try_from(ms.saturating_mul(1_000)).unwrap_or(i64::MAX))
}

fn format_time(time: SystemTime) -> String {
    format_us(i64::try_from(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()).unwrap_or(i64::MAX))
}
