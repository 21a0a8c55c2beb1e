//! Limits a leader's open promises to include transactions [P15, the league]. Invariant: [`Promises::open`] keeps the
//! promises within half a block and their value within the bond. [`Promises::reopen`] ignores the limits, because
//! promises given before a restart still bind.

use chain_types::{Command, TimestampMs, TxId, atomic, limit, native, transaction::CheckedTransaction};
use std::collections::{BTreeMap, BTreeSet};

/// The maximum number of open promises of a leader.
pub const PROMISES_MAX: usize = 10_000;
/// The maximum encoded bytes of all promised transactions: half a block, so that the leader's next block can hold them
/// all.
pub const PROMISED_BYTES_MAX: usize = limit::BLOCK_BYTES_MAX / 2;
/// The maximum number of commands of all promised transactions, for the same reason.
pub const PROMISED_ENTRIES_MAX: usize = limit::ENTRIES_PER_BLOCK_MAX / 2;

/// The reason why a leader gives no promise. The transaction is not lost; it waits for consensus without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PromiseRefusal {
    /// Too many promises are open.
    #[error("a leader has at most {PROMISES_MAX} open soft confirmations")]
    Count,
    /// The open promises would not fit into one block.
    #[error(
        "the promised transactions have at most {PROMISED_BYTES_MAX} bytes, {PROMISED_ENTRIES_MAX} commands and half a block's \
         work together"
    )]
    Size,
    /// The open promises would move more value than the bond covers.
    #[error("the open soft confirmations would promise more than the bond")]
    Value,
    /// The transaction is promised already.
    #[error("the transaction is promised already")]
    Duplicate,
}

/// The capacity that a promise of a transaction uses until the promise is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// The native units that the transaction moves.
    pub value: u64,
    /// The number of commands.
    pub entries: usize,
    /// The encoded bytes.
    pub bytes: usize,
    /// The work, in units of the chain's weights.
    pub work: u64,
    pub valid_until_ms: TimestampMs,
}

impl Load {
    /// The load of a transaction of this work. `None` for a transaction with a beacon command or an atomic command
    /// other than `send`, which no client waits for.
    pub fn of(transaction: &CheckedTransaction, work: u64) -> Option<Self> {
        let commands = transaction.transaction().entries.iter().map(|entry| &entry.core.command);
        let value = commands.map(moved_units).try_fold(0_u64, |sum, value| Some(sum.saturating_add(value?)))?;
        Some(Self {
            value,
            entries: transaction.parts().len(),
            bytes: transaction.bytes(),
            work,
            valid_until_ms: transaction.transaction().header.valid_until_ms,
        })
    }
}

/// The native units that a command moves; `None` for a command that no client waits for.
const fn moved_units(command: &Command) -> Option<u64> {
    match command {
        Command::Native(
            native::Command::Transfer(native::Transfer { amount, .. })
            | native::Command::Grant(native::Grant { amount, .. }),
        )
        | Command::Atomic(atomic::Command::Send(atomic::Send { amount, .. })) => Some(amount.0),
        Command::Atomic(_) | Command::Beacon(_) => None,
        _ => Some(0),
    }
}

/// A leader's open promises on one shard.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Promises {
    open: BTreeMap<TxId, Load>,
    expiries: BTreeSet<(TimestampMs, TxId)>,
    value: u128,
    entries: usize,
    bytes: usize,
    work: u64,
}

impl Promises {
    /// Opens a promise, if all open ones together stay within the limits, within half of `block_work_max`, and within
    /// `bond` in native units.
    ///
    /// # Errors
    /// [`PromiseRefusal`]; nothing has changed then, and the promise must not be signed.
    pub fn open(&mut self, tx_id: TxId, load: Load, bond: u64, block_work_max: u64) -> Result<(), PromiseRefusal> {
        if self.open.contains_key(&tx_id) {
            return Err(PromiseRefusal::Duplicate);
        }
        if self.open.len() >= PROMISES_MAX {
            return Err(PromiseRefusal::Count);
        }
        let is_light = self.work.saturating_add(load.work) <= block_work_max / 2;
        let is_short = self.bytes.saturating_add(load.bytes) <= PROMISED_BYTES_MAX;
        if !is_light || !is_short || self.entries.saturating_add(load.entries) > PROMISED_ENTRIES_MAX {
            return Err(PromiseRefusal::Size);
        }
        if load.value > 0 && self.value.saturating_add(u128::from(load.value)) > u128::from(bond) {
            return Err(PromiseRefusal::Value);
        }
        self.reopen(tx_id, load);
        Ok(())
    }

    /// Opens a promise that was given before a restart, regardless of the limits.
    pub fn reopen(&mut self, tx_id: TxId, load: Load) {
        if self.open.insert(tx_id, load).is_none() {
            self.expiries.insert((load.valid_until_ms, tx_id));
            self.value = self.value.saturating_add(u128::from(load.value));
            self.entries = self.entries.saturating_add(load.entries);
            self.bytes = self.bytes.saturating_add(load.bytes);
            self.work = self.work.saturating_add(load.work);
        }
    }

    /// Closes a promise whose transaction is final, and returns whether it was open.
    pub fn close(&mut self, tx_id: &TxId) -> bool {
        let Some(load) = self.open.remove(tx_id) else { return false };
        self.expiries.remove(&(load.valid_until_ms, *tx_id));
        self.value = self.value.saturating_sub(u128::from(load.value));
        self.entries = self.entries.saturating_sub(load.entries);
        self.bytes = self.bytes.saturating_sub(load.bytes);
        self.work = self.work.saturating_sub(load.work);
        true
    }

    /// Closes and returns the promises whose transactions expire at `time` or earlier: no block of that time or later
    /// may hold them.
    pub fn expire(&mut self, time: TimestampMs) -> Vec<TxId> {
        let mut expired = Vec::new();
        while let Some((_, tx_id)) = self.expiries.first().copied().filter(|(until, _)| *until <= time) {
            self.close(&tx_id);
            expired.push(tx_id);
        }
        expired
    }

    /// Closes and returns all promises, at the end of their epoch.
    pub fn clear(&mut self) -> Vec<TxId> {
        std::mem::take(self).open.into_keys().collect()
    }

    /// Whether the leader's next block must contain a transaction.
    pub fn is_owed(&self, tx_id: &TxId) -> bool {
        self.open.contains_key(tx_id)
    }

    /// The number of open promises.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The value that the open promises move, in native units.
    pub const fn value(&self) -> u128 {
        self.value
    }
}
