//! The position of a record on the chain. Invariant: a position comes from the index and proves nothing by itself.

use chain_types::{FinalBlock, Height, ShardId, Subject, Transaction};

/// The position of a record, as the index names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    pub shard: ShardId,
    pub height: Height,
    /// The record's index within the block, from 0.
    pub record: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "record {} of block {} of shard {}", self.record, self.height, self.shard)
    }
}

impl Place {
    /// Finds the transaction that carries the record, and the record's entry index within it. `None` when the block has
    /// no such record, or when the record is not about `subject`.
    pub(super) fn find(self, block: &FinalBlock, subject: Subject) -> Option<(&Transaction, u32)> {
        let mut within = usize::try_from(self.record).ok()?;
        for transaction in &block.block.transactions {
            match transaction.entries.get(within) {
                None => within -= transaction.entries.len(),
                Some(command) => {
                    command.core.subjects.binary_search(&subject).ok()?;
                    return Some((transaction, u32::try_from(within).ok()?));
                }
            }
        }
        None
    }
}
