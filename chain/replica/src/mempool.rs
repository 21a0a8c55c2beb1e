//! The pending transactions of one shard, in one queue per lane. Invariant: count and bytes are bounded, and no
//! transaction is queued twice. A lane is served first in, first out, after promised transactions. Building a block
//! removes no valid transaction, so a failed block loses none.

use crate::{lane::Lane, promise::GivenPromises};
use chain_types::{TenantId, TimestampMs, TxId, limit, mutant, transaction::CheckedTransaction};
use foldhash::fast::RandomState;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap, VecDeque},
    sync::Arc,
};

/// Transactions that can be pending on one shard.
pub const MEMPOOL_TRANSACTIONS_MAX: usize = 65_536;
/// Bytes that can be pending on one shard.
pub const MEMPOOL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The commands that a tenant adds to a block while several tenants use the shard. All records of a block reach the
/// index together, so a small write in a block with a large one of another tenant is visible only after the large one.
pub const SHARED_BLOCK_ENTRIES_MAX: usize = limit::ENTRIES_PER_TRANSACTION_MAX;
/// Several tenants use a shard while its last arrivals, as many as this, are not all of one tenant.
const ARRIVALS_COMPARED: u64 = 64;
/// A queue is compacted when its places exceed twice the pending transactions by more than this.
const GONE_PLACES_MAX: usize = 64;

struct Entry {
    transaction: Arc<CheckedTransaction>,
    is_local: bool,
    lane: Lane,
    work: u64,
    arrival: u64,
}

/// A place in a queue. A transaction that was removed and came again has a new arrival number, so its old places are
/// skipped.
type Place = (TxId, u64);

/// The pending transactions of one lane.
#[derive(Default)]
struct Waiting {
    /// In order of arrival; places of removed transactions are skipped.
    queue: VecDeque<Place>,
    count: usize,
    bytes: usize,
    /// The work served, on the scale of [`Mempool::clock`].
    served: u128,
}

#[derive(Default)]
pub(crate) struct Mempool {
    /// In order of arrival; places of removed transactions are skipped.
    queue: VecDeque<Place>,
    entries: HashMap<TxId, Entry, RandomState>,
    lanes: BTreeMap<Lane, Waiting>,
    bytes: usize,
    arrivals: u64,
    /// The tenant of its newest transaction.
    newest: Option<TenantId>,
    /// The newest arrival whose tenant was another than that of the one before it.
    alternated: Option<u64>,
    /// The work served to a lane that was never idle. A new lane starts here, so it has no claim from the time before.
    clock: u128,
    /// How many places of the queue the next review skips.
    reviewed: usize,
}

/// The transactions chosen for a block.
struct Choice {
    chosen: Vec<Arc<CheckedTransaction>>,
    entries: usize,
    bytes: usize,
    work: u64,
    work_max: u64,
}

impl Choice {
    const fn new(work_max: u64) -> Self {
        Self { chosen: Vec::new(), entries: 0, bytes: 0, work: 0, work_max }
    }

    /// Adds a transaction that still fits. Returns whether it did. One that is larger than a block gets a block of its
    /// own.
    fn take(&mut self, next: &Arc<CheckedTransaction>, work: u64) -> bool {
        let entries = self.entries.saturating_add(next.parts().len());
        let bytes = self.bytes.saturating_add(next.bytes());
        let work = self.work.saturating_add(work);
        let fits = entries <= limit::ENTRIES_PER_BLOCK_MAX
            && bytes <= limit::BLOCK_BYTES_MAX
            && (work <= self.work_max || mutant::is(mutant::UNMETERED));
        if !fits && !self.chosen.is_empty() {
            return false;
        }
        (self.entries, self.bytes, self.work) = (entries, bytes, work);
        self.chosen.push(Arc::clone(next));
        true
    }
}

/// The result of [`Mempool::offer`].
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Offer {
    /// It is pending. The evicted ones are not any more: their lanes exceeded their shares.
    Taken {
        evicted: Vec<TxId>,
    },
    Duplicate,
    Full,
}

impl Mempool {
    pub(crate) fn get(&self, id: &TxId) -> Option<&Arc<CheckedTransaction>> {
        self.entries.get(id).map(|entry| &entry.transaction)
    }

    /// A pending transaction with its work.
    pub(crate) fn weighed(&self, id: &TxId) -> Option<(&Arc<CheckedTransaction>, u64)> {
        self.entries.get(id).map(|entry| (&entry.transaction, entry.work))
    }

    /// The transaction at a place, unless it was removed.
    fn entry_at(&self, (id, arrival): &Place) -> Option<&Entry> {
        self.entries.get(id).filter(|entry| entry.arrival == *arrival)
    }

    /// Adds a transaction, and evicts others for it if necessary.
    pub(crate) fn offer(
        &mut self,
        transaction: Arc<CheckedTransaction>,
        lane: Lane,
        work: u64,
        is_local: bool,
        given: &GivenPromises,
    ) -> Offer {
        let id = transaction.id();
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.is_local |= is_local;
            return Offer::Duplicate;
        }
        let mut evicted = Vec::new();
        while !self.has_room(transaction.bytes()) {
            let Some(victim) = self.victim(lane, transaction.bytes(), given) else { return Offer::Full };
            self.forget([victim]);
            evicted.push(victim);
        }
        self.bytes = self.bytes.saturating_add(transaction.bytes());
        let clock = self.clock;
        let waiting = self.lanes.entry(lane).or_insert_with(|| Waiting { served: clock, ..Waiting::default() });
        self.arrivals = self.arrivals.wrapping_add(1);
        let arrival = self.arrivals;
        // Maintenance is small and awaits no index, so it does not count.
        if let Lane::Tenant(tenant) = lane
            && self.newest.replace(tenant).is_some_and(|newest| newest != tenant)
        {
            self.alternated = Some(arrival);
        }
        waiting.queue.push_back((id, arrival));
        waiting.count = waiting.count.saturating_add(1);
        waiting.bytes = waiting.bytes.saturating_add(transaction.bytes());
        self.entries.insert(id, Entry { transaction, is_local, lane, work, arrival });
        self.queue.push_back((id, arrival));
        Offer::Taken { evicted }
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.entries.len() < MEMPOOL_TRANSACTIONS_MAX && self.bytes.saturating_add(bytes) <= MEMPOOL_BYTES_MAX
    }

    /// The transaction to evict for `bytes` in a lane: the newest one, not promised, of the lane that holds most, if
    /// that exceeds its share. `None` when the receiving lane would exceed its own share.
    fn victim(&self, lane: Lane, bytes: usize, given: &GivenPromises) -> Option<TxId> {
        // A deliberately broken variant; the simulator must detect it.
        if mutant::is(mutant::FIRST_COME) {
            return None;
        }
        let own = self.lanes.get(&lane);
        let lanes = self.lanes.len().saturating_add(usize::from(own.is_none()));
        let count_share = MEMPOOL_TRANSACTIONS_MAX.checked_div(lanes)?;
        let bytes_share = MEMPOOL_BYTES_MAX.checked_div(lanes)?;
        let (own_count, own_bytes) = own.map_or((0, 0), |own| (own.count, own.bytes));
        if own_count >= count_share || own_bytes.saturating_add(bytes) > bytes_share {
            return None;
        }
        // Reached only when the mempool is full, so searching the lanes costs less than keeping them sorted.
        let is_full_of_count = self.entries.len() >= MEMPOOL_TRANSACTIONS_MAX;
        let usage = |waiting: &Waiting| if is_full_of_count { waiting.count } else { waiting.bytes };
        let largest = self.lanes.values().max_by_key(|waiting| usage(waiting))?;
        let is_above = usage(largest) > if is_full_of_count { count_share } else { bytes_share };
        let may_go = |place: &&Place| self.entry_at(place).is_some() && !given.is_owed(&place.0);
        largest.queue.iter().rev().find(may_go).map(|(id, _)| *id).filter(|_| is_above)
    }

    /// Whether a pending transaction is from a client of this replica.
    pub(crate) fn is_local(&self, id: &TxId) -> bool {
        self.entries.get(id).is_some_and(|entry| entry.is_local)
    }

    /// The transactions of the next block, which has this time: first the promised ones, then those of each lane in
    /// turn, so that competing lanes are served equal work. While several tenants use the shard, each adds at most
    /// [`SHARED_BLOCK_ENTRIES_MAX`] commands. They stay pending.
    pub(crate) fn next_block(
        &self,
        given: &GivenPromises,
        work_max: u64,
        time: TimestampMs,
    ) -> Vec<Arc<CheckedTransaction>> {
        let mut choice = Choice::new(work_max);
        let breaks = mutant::is(mutant::BREAK_PROMISES);
        if !given.open().is_empty() && !breaks {
            let parked = given.parked(time).filter(|(one, _)| !self.entries.contains_key(&one.id()));
            let owed = self.queue.iter().filter(|(id, _)| given.is_owed(id)).filter_map(|place| self.entry_at(place));
            let owed = owed.take(given.open().len()).map(|entry| (&entry.transaction, entry.work));
            if !parked.chain(owed).all(|(one, work)| choice.take(one, work)) {
                return choice.chosen;
            }
        }
        if mutant::is(mutant::FIRST_COME) {
            let others =
                self.queue.iter().filter(|(id, _)| !given.is_owed(id)).filter_map(|place| self.entry_at(place));
            let _ = others.into_iter().all(|one| choice.take(&one.transaction, one.work));
            return choice.chosen;
        }
        let of_lane = |lane: &Lane| self.lanes.get(lane).into_iter().flat_map(|waiting| &waiting.queue);
        let mut queues: BTreeMap<_, _> = self.lanes.keys().map(|lane| (*lane, of_lane(lane))).collect();
        let mut turns: BinaryHeap<_> =
            self.lanes.iter().map(|(lane, waiting)| Reverse((waiting.served, *lane))).collect();
        let lane_entries_max = if self.is_shared() { SHARED_BLOCK_ENTRIES_MAX } else { usize::MAX };
        let mut lane_entries = BTreeMap::<Lane, usize>::new();
        while let Some(Reverse((served, lane))) = turns.pop() {
            let Some(queue) = queues.get_mut(&lane) else { continue };
            let next = queue.find_map(|place| self.entry_at(place).filter(|_| !given.is_owed(&place.0)));
            let entries = lane_entries.entry(lane).or_default();
            if let Some(entry) = next
                && entries.saturating_add(entry.transaction.parts().len()) <= lane_entries_max
                && choice.take(&entry.transaction, entry.work)
            {
                *entries = entries.saturating_add(entry.transaction.parts().len());
                turns.push(Reverse((served.saturating_add(u128::from(entry.work)), lane)));
            }
        }
        choice.chosen
    }

    /// Whether several tenants use the shard.
    fn is_shared(&self) -> bool {
        self.alternated.is_some_and(|at| self.arrivals.wrapping_sub(at) < ARRIVALS_COMPARED)
    }

    /// Removes transactions.
    pub(crate) fn forget(&mut self, ids: impl IntoIterator<Item = TxId>) {
        for id in ids {
            let Some(Entry { transaction, lane, work, .. }) = self.entries.remove(&id) else { continue };
            self.bytes = self.bytes.saturating_sub(transaction.bytes());
            let Some(waiting) = self.lanes.get_mut(&lane) else { continue };
            self.clock = self.clock.max(waiting.served);
            waiting.served = waiting.served.saturating_add(u128::from(work));
            waiting.count = waiting.count.saturating_sub(1);
            waiting.bytes = waiting.bytes.saturating_sub(transaction.bytes());
            if waiting.count == 0 {
                self.lanes.remove(&lane);
            } else {
                skip_gone(&mut waiting.queue, waiting.count, |place| is_present(&self.entries, place));
            }
        }
        skip_gone(&mut self.queue, self.entries.len(), |place| is_present(&self.entries, place));
    }

    /// The oldest local transactions, or the oldest of all, at most `count`. Also returns all pending ones that expired
    /// before `time`.
    pub(crate) fn review(
        &self,
        time: TimestampMs,
        count: usize,
        is_of_all: bool,
    ) -> (Vec<Arc<CheckedTransaction>>, Vec<TxId>) {
        let waiting = || self.queue.iter().filter_map(|place| self.entry_at(place));
        let is_expired = |entry: &&Entry| entry.transaction.transaction().header.valid_until_ms <= time;
        let expired = waiting().filter(is_expired).map(|entry| entry.transaction.id()).collect();
        let chosen = waiting().filter(|entry| (entry.is_local || is_of_all) && !is_expired(entry));
        (chosen.take(count).map(|entry| Arc::clone(&entry.transaction)).collect(), expired)
    }

    /// The next pending transactions to check again, at most `count`. Repeated calls go through all of them.
    pub(crate) fn next_to_judge(&mut self, count: usize) -> Vec<Arc<CheckedTransaction>> {
        if self.reviewed >= self.queue.len() {
            self.reviewed = 0;
        }
        let places = self.queue.iter().skip(self.reviewed).take(count);
        let next =
            places.filter_map(|place| self.entry_at(place)).map(|entry| Arc::clone(&entry.transaction)).collect();
        self.reviewed = self.reviewed.saturating_add(count);
        next
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn is_present(entries: &HashMap<TxId, Entry, RandomState>, (id, arrival): &Place) -> bool {
    entries.get(id).is_some_and(|entry| entry.arrival == *arrival)
}

/// Drops the places of removed transactions from the front of a queue, and from the whole queue when most places are of
/// removed ones.
fn skip_gone(queue: &mut VecDeque<Place>, count: usize, is_present: impl Fn(&Place) -> bool) {
    while queue.front().is_some_and(|place| !is_present(place)) {
        queue.pop_front();
    }
    if queue.len() > count.saturating_mul(2).saturating_add(GONE_PLACES_MAX) {
        queue.retain(is_present);
    }
}
