//! Transactions that wait for a block. Invariant: bounded in count and bytes, first in first out, no id twice; a
//! transaction stays until it is final, refused or expired, so that a block which fails loses none.

use crate::promise::Given;
use chain_types::{TimestampMs, TxId, limit, mutant, transaction::CheckedTransaction};
use foldhash::fast::RandomState;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// Transactions that may wait on one shard.
pub const MEMPOOL_TRANSACTIONS_MAX: usize = 65_536;
/// Bytes that may wait on one shard.
pub const MEMPOOL_BYTES_MAX: usize = 64 * 1024 * 1024;

struct Entry {
    transaction: Arc<CheckedTransaction>,
    is_local: bool,
}

#[derive(Default)]
pub(crate) struct Mempool {
    /// In order of arrival; ids that left are skipped.
    queue: VecDeque<TxId>,
    entries: HashMap<TxId, Entry, RandomState>,
    bytes: usize,
}

/// The first transactions that fit into one block.
fn fill<'a>(waiting: impl Iterator<Item = &'a Arc<CheckedTransaction>>) -> Vec<Arc<CheckedTransaction>> {
    let (mut chosen, mut commands, mut bytes) = (Vec::new(), 0_usize, 0_usize);
    for next in waiting {
        commands = commands.saturating_add(next.parts().len());
        bytes = bytes.saturating_add(next.bytes());
        let fits = commands <= limit::COMMANDS_PER_BLOCK_MAX && bytes <= limit::BLOCK_BYTES_MAX;
        if !fits && !chosen.is_empty() {
            break;
        }
        chosen.push(Arc::clone(next));
    }
    chosen
}

/// What became of an offered transaction.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Offer {
    Taken,
    Duplicate,
    Full,
}

impl Mempool {
    pub(crate) fn get(&self, id: &TxId) -> Option<&Arc<CheckedTransaction>> {
        self.entries.get(id).map(|entry| &entry.transaction)
    }

    pub(crate) fn offer(&mut self, transaction: Arc<CheckedTransaction>, is_local: bool) -> Offer {
        let id = transaction.id();
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.is_local |= is_local;
            return Offer::Duplicate;
        }
        let bytes = self.bytes.saturating_add(transaction.bytes());
        if self.entries.len() >= MEMPOOL_TRANSACTIONS_MAX || bytes > MEMPOOL_BYTES_MAX {
            return Offer::Full;
        }
        self.bytes = bytes;
        self.entries.insert(id, Entry { transaction, is_local });
        self.queue.push_back(id);
        Offer::Taken
    }

    /// Whether a transaction waits that came in here.
    pub(crate) fn is_local(&self, id: &TxId) -> bool {
        self.entries.get(id).is_some_and(|entry| entry.is_local)
    }

    /// The oldest transactions that fit into one block, and among them all that are owed: those come first when not
    /// everything fits. They stay here.
    pub(crate) fn next_block(&mut self, given: &Given) -> Vec<Arc<CheckedTransaction>> {
        while self.queue.front().is_some_and(|id| !self.entries.contains_key(id)) {
            self.queue.pop_front();
        }
        let waiting = || self.queue.iter().filter_map(|id| self.entries.get(id)).map(|entry| &entry.transaction);
        if mutant::is(mutant::BREAK_PROMISES) {
            return fill(waiting().filter(|one| !given.is_owed(&one.id())));
        }
        let chosen = fill(waiting());
        let missing = given.open().len().saturating_sub(chosen.iter().filter(|one| given.is_owed(&one.id())).count());
        if missing == 0 || chosen.len() == self.entries.len() {
            return chosen;
        }
        let (owed, others): (Vec<_>, Vec<_>) = waiting().partition(|one| given.is_owed(&one.id()));
        fill(owed.into_iter().chain(others))
    }

    /// Forgets transactions that left the mempool for good.
    pub(crate) fn forget(&mut self, ids: impl IntoIterator<Item = TxId>) {
        for id in ids {
            if let Some(entry) = self.entries.remove(&id) {
                self.bytes = self.bytes.saturating_sub(entry.transaction.bytes());
            }
        }
        // Ids that left are skipped; without this the queue of a follower, which builds no blocks, would grow.
        if self.queue.len() > self.entries.len().saturating_mul(2).saturating_add(1_024) {
            self.queue.retain(|id| self.entries.contains_key(id));
        }
    }

    /// The oldest local transactions, at most `count`, and which of all waiting ones expired before `time`.
    pub(crate) fn review(&self, time: TimestampMs, count: usize) -> (Vec<Arc<CheckedTransaction>>, Vec<TxId>) {
        let waiting = || self.queue.iter().filter_map(|id| self.entries.get(id));
        let is_expired = |entry: &&Entry| entry.transaction.transaction().header.valid_until_ms <= time;
        let expired = waiting().filter(is_expired).map(|entry| entry.transaction.id()).collect();
        let local = waiting().filter(|entry| entry.is_local && !is_expired(entry));
        (local.take(count).map(|entry| Arc::clone(&entry.transaction)).collect(), expired)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
