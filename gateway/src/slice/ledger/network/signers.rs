//! Who may sign which shard in which epoch. Invariant: a set is read once, since a hand-over never changes, and no more
//! than [`SETS_MAX`] are kept.

use chain_node::NodeHandle;
use chain_types::{
    Epoch, ShardId,
    beacon::{HandOver, HandOverKey},
    state::TypedKey,
    validator::ValidatorSet,
};
use std::{collections::BTreeMap, sync::Arc};

/// The sets that are kept: more than the shards of a chain, each in several epochs.
const SETS_MAX: usize = 1_024;

/// The sets that were needed, by epoch and shard.
#[derive(Debug, Default)]
pub(super) struct SignerSets(BTreeMap<(Epoch, ShardId), Arc<ValidatorSet>>);

impl SignerSets {
    /// The set that certifies a shard in an epoch; `None` when the shard's state does not tell here: it has stopped, or
    /// is not that far.
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
