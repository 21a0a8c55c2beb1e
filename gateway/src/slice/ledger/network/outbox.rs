//! The message queues between shards. Invariant: a shard's state is read only after a new block of the shard.

use super::model::Outbox;
use chain_node::NodeHandle;
use chain_types::{Height, ShardId, atomic::OutboxHeadKey, state::TypedKey};

/// The queues of one shard at a height.
#[derive(Debug, Default)]
pub(super) struct Outboxes {
    read_at: Option<Height>,
    queues: Vec<Outbox>,
}

impl Outboxes {
    /// Returns the queues from a shard that ever held a message, in the order of their destinations.
    pub(super) async fn catch_up(&mut self, node: &NodeHandle, source: ShardId) -> &[Outbox] {
        let tip = node.tip(source).borrow().height;
        if tip != Height(0)
            && self.read_at != Some(tip)
            && let Some(queues) = read(node, source).await
        {
            (self.read_at, self.queues) = (Some(tip), queues);
        }
        &self.queues
    }
}

/// Reads the heads of all queues from a shard; `None` when the shard has stopped.
async fn read(node: &NodeHandle, source: ShardId) -> Option<Vec<Outbox>> {
    let others: Vec<_> = (0..node.shards()).map(ShardId).filter(|destination| *destination != source).collect();
    let keys = others.iter().map(|destination| OutboxHeadKey(*destination).state_key()).collect();
    let values = node.read(source, keys).await.ok()?;
    let queues = others.iter().zip(values).filter_map(|(destination, value)| {
        let head = OutboxHeadKey(*destination).decode(&value?).ok()?;
        Some(Outbox { source: source.0, destination: destination.0, sent: head.sent, acknowledged: head.acknowledged })
    });
    Some(queues.collect())
}
