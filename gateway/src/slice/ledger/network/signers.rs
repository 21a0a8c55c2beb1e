//! A cache of the validators that may sign a shard in an epoch. Invariant: a set never changes, so a cached set is not
//! read again. At most [`SETS_MAX`] sets are kept.

use chain_node::NodeHandle;
use chain_types::{
    Epoch, ShardId,
    beacon::{HandOver, HandOverKey},
    state::TypedKey,
    validator::ValidatorSet,
};
use std::{collections::BTreeMap, sync::Arc};

/// The maximum number of kept sets: enough for all shards of a chain over several epochs.
const SETS_MAX: usize = 1_024;

/// The sets read so far, by epoch and shard.
#[derive(Debug, Default)]
pub(super) struct SignerSets(BTreeMap<(Epoch, ShardId), Arc<ValidatorSet>>);

impl SignerSets {
    /// Returns the set that certifies a shard in an epoch. `None` when the shard's state on this node does not contain
    /// it, because the shard has stopped or has not reached the epoch.
    pub(super) async fn of(&mut self, node: &NodeHandle, shard: ShardId, epoch: Epoch) -> Option<Arc<ValidatorSet>> {
        if let Some(set) = self.0.get(&(epoch, shard)) {
            return Some(Arc::clone(set));
        }
        let set = Arc::new(hand_over(node, shard, epoch).await?.validators(shard).clone());
        if self.0.len() == SETS_MAX {
            self.0.pop_first();
        }
        self.0.insert((epoch, shard), Arc::clone(&set));
        Some(set)
    }
}

async fn hand_over(node: &NodeHandle, shard: ShardId, epoch: Epoch) -> Option<HandOver> {
    let first = node.genesis().hand_over();
    if epoch == first.epoch() {
        return Some(first);
    }
    let key = HandOverKey(epoch);
    let value = node.read(shard, vec![key.state_key()]).await.ok()?.pop()??;
    key.decode(&value).ok()
}
