//! Deletes the bodies of old blocks while a shard runs [P9, recovery]. Invariant: the configured number of newest
//! blocks keeps its bodies. The number of bodies deleted per block is bounded.

use crate::shard::{Halt, Shard};
use chain_replica::{FLUSH_BLOCKS, JOIN_BEHIND_BLOCKS};
use chain_types::Height;

/// Blocks that a pruning node keeps whole, at least. A member that lacks [`JOIN_BEHIND_BLOCKS`] or fewer fetches blocks
/// instead of a snapshot. Pruning nodes can still serve all of them, with as many again in reserve while it fetches.
pub const KEEP_BLOCKS_MIN: u64 = 2 * JOIN_BEHIND_BLOCKS;
const _: () = assert!(
    KEEP_BLOCKS_MIN >= JOIN_BEHIND_BLOCKS + FLUSH_BLOCKS,
    "a peer that joins from a snapshot needs the blocks after it"
);
/// Bodies that are dropped after one block, at most. More than one, so that a node that begins to prune catches up.
pub const PRUNED_PER_BLOCK_MAX: u64 = 4;

impl Shard {
    /// Drops bodies below the kept blocks, a few at a time.
    pub(crate) fn prune(&mut self, tip: Height, has_flushed: bool) -> Result<(), Halt> {
        let Some(keep) = self.keep_blocks else { return Ok(()) };
        // Before more bodies are dropped: the flush just written made the earlier deletions durable, but no later ones.
        if has_flushed {
            self.store.reclaim()?;
        }
        let kept_from = tip.0.saturating_add(1).saturating_sub(keep);
        let until = Height(kept_from.min(self.first.0.saturating_add(PRUNED_PER_BLOCK_MAX)));
        if until > self.first {
            self.store.prune(self.first, until)?;
            self.first = until;
        }
        Ok(())
    }
}
