//! What other leaders promised for transactions that came in here [P15]. Invariant: bounded, however much they promise.

use chain_beacon::promise::PROMISES_MAX;
use chain_types::{Height, TxId, beacon::PromiseBatch};
use std::{collections::BTreeMap, sync::Arc};

/// Soft confirmations that a replica holds other leaders to, at most. Those above the limit are only passed on.
pub const CONFIRMATIONS_MAX: usize = PROMISES_MAX;

/// Promises by leader.
#[derive(Default)]
pub(crate) struct Taken {
    due: BTreeMap<u16, Vec<(TxId, Arc<PromiseBatch>)>>,
    count: usize,
}

impl Taken {
    /// Keeps a promise until it is due. When there is no room, promises for transactions that are not pending leave
    /// first.
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

    /// Forgets all promises: their epoch is over.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
