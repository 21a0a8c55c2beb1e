//! Reports the indexed height of each shard to readers that wait for their own writes. Invariant: a height is announced
//! after its commit. The announced height never decreases while a process lives.

mod listen;

use chain_types::{Height, ShardId};
use std::sync::Arc;
use tokio::{sync::watch, task::AbortHandle};

pub(crate) use listen::CHANNEL;
pub use listen::POLL_INTERVAL_MS;

/// A cheap handle to the indexed height of every shard. Clones share the heights.
#[derive(Clone, Debug)]
pub struct IndexProgress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shards: Vec<watch::Sender<Height>>,
    /// The task that follows another process's commits; it ends with the last handle.
    listener: Option<AbortHandle>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

/// No further heights will be announced for this shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("shard {0} is not indexed by this chain")]
pub struct UnknownShard(pub ShardId);

impl IndexProgress {
    /// The heights announced by an indexer in this process; all are 0 at first.
    pub(crate) fn new(shards: u16) -> Self {
        Self::with(senders(shards), None)
    }

    fn with(shards: Vec<watch::Sender<Height>>, listener: Option<AbortHandle>) -> Self {
        Self(Arc::new(Inner { shards, listener }))
    }

    /// Watches the height up to which a shard is indexed; 0 before the first block, and always 0 for a shard that the
    /// chain does not have.
    pub fn indexed(&self, shard: ShardId) -> watch::Receiver<Height> {
        match self.0.shards.get(usize::from(shard.0)) {
            Some(sender) => sender.subscribe(),
            None => watch::channel(Height(0)).1,
        }
    }

    /// The indexed heights of all shards, in order.
    pub fn heights(&self) -> Vec<(ShardId, Height)> {
        (0..).map(ShardId).zip(self.0.shards.iter().map(|sender| *sender.borrow())).collect()
    }

    /// Waits until a shard is indexed up to a height. The caller limits the time.
    ///
    /// # Errors
    /// [`UnknownShard`].
    pub async fn wait_for(&self, shard: ShardId, height: Height) -> Result<(), UnknownShard> {
        let mut indexed = self.indexed(shard);
        indexed.wait_for(|indexed| *indexed >= height).await.map(drop).map_err(|_| UnknownShard(shard))
    }

    pub(crate) fn announce(&self, shard: ShardId, height: Height) {
        if let Some(sender) = self.0.shards.get(usize::from(shard.0)) {
            raise(sender, height);
        }
    }
}

fn senders(shards: u16) -> Vec<watch::Sender<Height>> {
    (0..shards).map(|_| watch::Sender::new(Height(0))).collect()
}

fn raise(sender: &watch::Sender<Height>, height: Height) {
    sender.send_if_modified(|indexed| {
        let is_higher = height > *indexed;
        if is_higher {
            *indexed = height;
        }
        is_higher
    });
}
