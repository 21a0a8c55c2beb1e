//! Builds the shards, validators and peers of the network view. Invariant: an index refers to the current validator
//! set.

use super::{
    format_ms, format_time,
    model::{NetworkPeer, NetworkShard, NetworkValidator, Signer, ValidatorShard},
    recent::{Recent, RecentBlock, index_of},
};
use chain_node::{PeerStatus, ShardStatus};
use chain_types::{
    PublicKey, ShardId,
    validator::{Validator, ValidatorSet},
};

/// Builds a shard; `status` is `None` when the shard has stopped.
pub(super) fn shard(
    id: ShardId,
    recent: &Recent,
    status: Option<&ShardStatus>,
    indexed: u64,
    set: &ValidatorSet,
) -> NetworkShard {
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
        proposer: newest.and_then(RecentBlock::proposer).and_then(|key| index_of(&key, set)),
        signers: newest.map(|block| signers(block, set)).unwrap_or_default(),
        window_blocks: count(recent.len()),
    }
}

fn signers(block: &RecentBlock, set: &ValidatorSet) -> Vec<Signer> {
    block.signers().map(|key| Signer { index: index_of(&key, set), key: key.to_string() }).collect()
}

/// Builds all validators with their recent activity.
pub(super) fn validators(set: &ValidatorSet, recents: &[Recent]) -> Vec<NetworkValidator> {
    let one = |(one, index): (&Validator, u16)| NetworkValidator {
        index,
        key: one.key.to_string(),
        weight: one.weight,
        shards: (0..).zip(recents).map(|(shard, recent)| on_shard(recent, shard, &one.key)).collect(),
    };
    set.validators.iter().zip(0..).map(one).collect()
}

fn on_shard(recent: &Recent, shard: u16, validator: &PublicKey) -> ValidatorShard {
    let tally = recent.tally(validator);
    ValidatorShard {
        shard,
        signed_newest: tally.lag == Some(0),
        signed_blocks: count(tally.signed),
        led_blocks: count(tally.led),
        lag_blocks: tally.lag,
    }
}

/// Builds a peer.
pub(super) fn peer(status: &PeerStatus, set: &ValidatorSet) -> NetworkPeer {
    NetworkPeer {
        key: status.key.to_string(),
        validator: index_of(&status.key, set),
        connected_since: status.connected_since.map(format_time),
        bytes_in: status.bytes_in,
        bytes_out: status.bytes_out,
        dropped: status.dropped,
    }
}

/// A count of blocks as the API shows it.
pub(super) fn count(blocks: usize) -> u32 {
    u32::try_from(blocks).unwrap_or(u32::MAX)
}
