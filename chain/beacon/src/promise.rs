//! What a leader may still promise [P15]. Invariant: the open soft confirmations of one leader are bounded in number,
//! and the native value they promise is covered by its bond.

use chain_types::TxId;
use std::collections::BTreeMap;

/// The most soft confirmations that a leader may have open.
pub const PROMISES_MAX: usize = 10_000;

/// Why a leader gives no soft confirmation. The transaction is not lost: it waits for consensus as any other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PromiseRefusal {
    /// Too many are open.
    #[error("a leader has at most {PROMISES_MAX} open soft confirmations")]
    Count,
    /// The open ones promise as much as the bond covers.
    #[error("the open soft confirmations would promise more than the bond")]
    Value,
    /// This one was promised already.
    #[error("the transaction is promised already")]
    Duplicate,
}

/// A leader's open soft confirmations on one shard.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Promises {
    open: BTreeMap<TxId, u64>,
    value: u128,
}

impl Promises {
    /// Opens one for a transaction that moves `value` native units.
    ///
    /// # Errors
    /// [`PromiseRefusal`]; then nothing changed, and no receipt may be signed.
    pub fn open(&mut self, tx_id: TxId, value: u64, bond: u64) -> Result<(), PromiseRefusal> {
        if self.open.contains_key(&tx_id) {
            return Err(PromiseRefusal::Duplicate);
        }
        if self.open.len() >= PROMISES_MAX {
            return Err(PromiseRefusal::Count);
        }
        let promised = self.value.saturating_add(u128::from(value));
        if promised > u128::from(bond) {
            return Err(PromiseRefusal::Value);
        }
        self.open.insert(tx_id, value);
        self.value = promised;
        Ok(())
    }

    /// Closes one: its transaction is final or has expired. Others are ignored.
    pub fn close(&mut self, tx_id: &TxId) {
        if let Some(value) = self.open.remove(tx_id) {
            self.value = self.value.saturating_sub(u128::from(value));
        }
    }

    /// The transactions that the leader's next block must hold.
    pub fn owed(&self) -> impl Iterator<Item = &TxId> {
        self.open.keys()
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// What they promise, in native units.
    pub const fn value(&self) -> u128 {
        self.value
    }
}
