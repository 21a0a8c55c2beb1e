//! Other leaders' promises (soft confirmations) for transactions of local clients [P15, promises]. Invariant: at most
//! [`CONFIRMATIONS_MAX`] promises are stored.

use chain_beacon::promise::PROMISES_MAX;
use chain_types::{Height, TxId, beacon::PromiseBatch};
use std::{collections::BTreeMap, sync::Arc};

/// Soft confirmations that a replica checks, at most. Those above the limit are only reported to their clients.
pub const CONFIRMATIONS_MAX: usize = PROMISES_MAX;

/// Promises by leader.
#[derive(Default)]
pub(crate) struct ReceivedPromises {
    due: BTreeMap<u16, Vec<(TxId, Arc<PromiseBatch>)>>,
    count: usize,
}

impl ReceivedPromises {
    /// Keeps a promise until it is due. When there is no room, promises for transactions that are not pending are
    /// dropped first.
    pub(super) fn add(&mut self, tx_id: TxId, batch: &Arc<PromiseBatch>, is_pending: impl Fn(&TxId) -> bool) {
        if self.count >= CONFIRMATIONS_MAX {
            self.retain(is_pending);
        }
        if self.count < CONFIRMATIONS_MAX {
            let leader = batch.signed.promise.leader;
            self.due.entry(leader).or_default().push((tx_id, Arc::clone(batch)));
            self.count = self.count.saturating_add(1);
        }
    }

    fn retain(&mut self, is_pending: impl Fn(&TxId) -> bool) {
        for due in self.due.values_mut() {
            due.retain(|(tx_id, _)| is_pending(tx_id));
        }
        self.count = self.due.values().map(Vec::len).fold(0, usize::saturating_add);
    }

    /// Takes the promises that a leader had to keep by its block of this height.
    pub(super) fn take_due(&mut self, leader: u16, height: Height) -> Vec<(TxId, Arc<PromiseBatch>)> {
        let Some(due) = self.due.get_mut(&leader) else { return Vec::new() };
        let is_due = |(_, promise): &mut (TxId, Arc<PromiseBatch>)| promise.signed.promise.by <= height;
        let due: Vec<_> = due.extract_if(.., is_due).collect();
        self.count = self.count.saturating_sub(due.len());
        due
    }

    /// Drops all promises: their epoch is over.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
