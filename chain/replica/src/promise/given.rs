//! The promises (soft confirmations) that this validator gave as leader [P15, promises]. Invariant: a promise stays
//! open until its transaction is final or expired by block time, or its epoch ends.

use chain_beacon::promise::{Load, Promises};
use chain_types::{Height, PublicKey, TimestampMs, TxId, transaction::CheckedTransaction};
use std::sync::Arc;

/// The promises that this validator made or is about to make.
#[derive(Default)]
pub(crate) struct GivenPromises {
    open: Promises,
    /// Promises that are not signed yet, with the submitters of their transactions.
    fresh: Vec<(Arc<CheckedTransaction>, PublicKey)>,
    /// Promised transactions that expired by this replica's clock, with the work of each. By block time they may still
    /// be valid. They are kept out of the mempool, where they would count as pending work.
    parked: Vec<(Arc<CheckedTransaction>, u64)>,
    /// The native value that the open promises may move at most.
    cover: u64,
    /// The last height at which this validator may have proposed a block.
    proposed: Height,
}

impl GivenPromises {
    /// Creates the promises of a validator that has proposed nothing above this height.
    pub(crate) fn after(proposed: Height) -> Self {
        Self { proposed, ..Self::default() }
    }

    /// Sets the native value that the open promises may move at most.
    pub(crate) const fn set_cover(&mut self, value: u64) {
        self.cover = value;
    }

    /// The native value that the open promises may move at most.
    pub(crate) const fn cover(&self) -> u64 {
        self.cover
    }

    pub(crate) fn is_owed(&self, tx_id: &TxId) -> bool {
        self.open.is_owed(tx_id)
    }

    /// Keeps an expired transaction aside when it is promised.
    pub(crate) fn park(&mut self, transaction: &Arc<CheckedTransaction>, work: u64) {
        if self.is_owed(&transaction.id()) {
            self.parked.push((Arc::clone(transaction), work));
        }
    }

    /// The parked transactions that a block of this time may hold.
    pub(crate) fn parked(&self, time: TimestampMs) -> impl Iterator<Item = (&Arc<CheckedTransaction>, u64)> {
        let valid = self.parked.iter().filter(move |(one, _)| one.transaction().header.valid_until_ms > time);
        valid.map(|(one, work)| (one, *work))
    }

    pub(crate) const fn open(&self) -> &Promises {
        &self.open
    }

    /// Notes that a block of this height is about to be proposed.
    pub(crate) fn propose(&mut self, height: Height) {
        self.proposed = self.proposed.max(height);
    }

    /// Adds a promise to be signed, if the limits allow it.
    pub(super) fn add(
        &mut self,
        transaction: &Arc<CheckedTransaction>,
        submitter: PublicKey,
        load: Load,
        block_work_max: u64,
    ) {
        if self.open.open(transaction.id(), load, self.cover, block_work_max).is_ok() {
            self.fresh.push((Arc::clone(transaction), submitter));
        }
    }

    /// Adds a promise that was made before a restart.
    pub(super) fn reopen(&mut self, tx_id: TxId, load: Load) {
        self.open.reopen(tx_id, load);
    }

    /// Takes the promises that have to be signed.
    pub(super) fn take_fresh(&mut self) -> Vec<(Arc<CheckedTransaction>, PublicKey)> {
        std::mem::take(&mut self.fresh)
    }

    /// The first height that this validator has not proposed a block for. A promise made now holds from there.
    pub(super) fn binding_height(&self, next: Height) -> Height {
        if self.proposed < next { next } else { self.proposed.next() }
    }

    /// Closes promises after a final block with these transactions and this time. Returns the kept and the expired
    /// ones.
    pub(super) fn settle(&mut self, ids: impl Iterator<Item = TxId>, time: TimestampMs) -> (Vec<TxId>, Vec<TxId>) {
        let kept = ids.filter(|tx_id| self.open.close(tx_id)).collect();
        let expired = self.open.expire(time);
        let open = &self.open;
        self.parked.retain(|(one, _)| open.is_owed(&one.id()));
        (kept, expired)
    }

    /// Closes all promises: their epoch is over.
    pub(super) fn close_all(&mut self) -> Vec<TxId> {
        self.fresh.clear();
        self.parked.clear();
        self.open.clear()
    }
}
