//! Transactions that wait for a block. Invariant: bounded in count and bytes, first in first out, no id twice.

use chain_types::{TxId, limit, transaction::CheckedTransaction};
use foldhash::fast::RandomState;
use std::collections::{HashSet, VecDeque};

/// Transactions that may wait on one shard.
pub const MEMPOOL_TRANSACTIONS_MAX: usize = 65_536;
/// Bytes that may wait on one shard.
pub const MEMPOOL_BYTES_MAX: usize = 64 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Mempool {
    queue: VecDeque<CheckedTransaction>,
    ids: HashSet<TxId, RandomState>,
    bytes: usize,
}

/// What became of an offered transaction.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Offer {
    Taken,
    Duplicate,
    Full,
}

impl Mempool {
    /// Whether a transaction waits, or is in the block under way.
    pub(crate) fn contains(&self, id: &TxId) -> bool {
        self.ids.contains(id)
    }

    pub(crate) fn offer(&mut self, transaction: CheckedTransaction) -> Offer {
        if self.ids.contains(&transaction.id()) {
            return Offer::Duplicate;
        }
        let bytes = self.bytes.saturating_add(transaction.bytes());
        if self.queue.len() >= MEMPOOL_TRANSACTIONS_MAX || bytes > MEMPOOL_BYTES_MAX {
            return Offer::Full;
        }
        self.bytes = bytes;
        self.ids.insert(transaction.id());
        self.queue.push_back(transaction);
        Offer::Taken
    }

    /// Takes the oldest transactions that fit into one block.
    pub(crate) fn take_block(&mut self) -> Vec<CheckedTransaction> {
        let (mut taken, mut commands, mut bytes) = (Vec::new(), 0_usize, 0_usize);
        while let Some(next) = self.queue.front() {
            commands = commands.saturating_add(next.parts().len());
            bytes = bytes.saturating_add(next.bytes());
            let fits = commands <= limit::COMMANDS_PER_BLOCK_MAX && bytes <= limit::BLOCK_BYTES_MAX;
            if !fits && !taken.is_empty() {
                break;
            }
            let Some(next) = self.queue.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(next.bytes());
            taken.push(next);
        }
        taken
    }

    /// Forgets the ids of transactions that left the mempool for good.
    pub(crate) fn forget(&mut self, ids: impl IntoIterator<Item = TxId>) {
        for id in ids {
            self.ids.remove(&id);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }
}
