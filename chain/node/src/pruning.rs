//! Dropping the bodies of old blocks while a shard runs [P9]. Invariant: the configured number of blocks stays, and
//! with it the blocks that a peer fetches instead of a snapshot. A block costs the same time whether a node always
//! pruned or begins to.

use crate::shard::{Halt, Shard};
use chain_replica::{FLUSH_BLOCKS, JOIN_BEHIND_BLOCKS};
use chain_types::Height;

/// Blocks that a node keeps whole, at least, if it prunes. A member that lacks [`JOIN_BEHIND_BLOCKS`] or fewer fetches
/// blocks and asks for no snapshot: nodes that prune can still give it all of them, and have as many more while it
/// fetches.
pub const KEEP_BLOCKS_MIN: u64 = 2 * JOIN_BEHIND_BLOCKS;
const _: () = assert!(
    KEEP_BLOCKS_MIN >= JOIN_BEHIND_BLOCKS + FLUSH_BLOCKS,
    "a peer that joins from a snapshot needs the blocks after it"
);
/// Bodies that are dropped after a block, at most: more than one, so that a node that begins to prune comes to the end.
pub const PRUNED_PER_BLOCK_MAX: u64 = 4;

impl Shard {
    /// Drops the bodies of blocks beyond those that are kept, a few at a time.
    pub(crate) fn prune(&mut self, tip: Height, has_flushed: bool) -> Result<(), Halt> {
        let Some(keep) = self.keep_blocks else { return Ok(()) };
        // Before anything is dropped that the block just written did not make durable with it.
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
