//! The ledger of one shard: its rules, its state and its last final block. Invariant: the state is at most one block
//! ahead of the last final block. That block is either executed and can be undone, or it is being written. While a
//! block is being written, no other block is executed.

mod apply;
mod commit;
mod execute;
mod read;
mod recover;

use crate::{
    effect::HeldBlock,
    stopwatch::Stopwatch,
    tip::{Tip, Totals},
};
use chain_consensus::Committee;
use chain_ledger::{Law, Refusal, admits, seen::SeenSet};
use chain_state::{LeafReader, ReadFailure, State, Write};
use chain_types::{
    Digest, FinalBlock, Genesis, Receipt, TimestampMs, TxId, beacon::HandOver, transaction::CheckedTransaction,
    validator::ValidatorSet, version::Outdated,
};
use std::sync::Arc;

pub use commit::FLUSH_BLOCKS;
pub(crate) use execute::BlockRequest;
pub use execute::{CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX};

pub(crate) struct Ledger<R> {
    genesis: Arc<Genesis>,
    law: Law,
    state: State<R>,
    seen: SeenSet,
    tip: Tip,
    next: NextBlock,
    /// Whether certified write-sets are applied while this replica has no vote.
    trusts_quorums: bool,
    /// The clock that limits block building; `None` without a limit.
    stopwatch: Option<Stopwatch>,
    /// The work of everything executed so far, in units.
    executed_work: u64,
}

/// The block after the last final one, as far as it is applied to the state.
enum NextBlock {
    Absent,
    /// Executed and not decided: it can be undone.
    Executed(ExecutedBlock),
    /// Certified and being written.
    Writing(WritingBlock),
}

/// An executed block with all that its commit needs.
pub(crate) struct ExecutedBlock {
    held: Arc<HeldBlock>,
    /// The encoded write-set.
    delta: Vec<u8>,
    /// The writes that restore the state before the block.
    undo: Vec<Write>,
    receipts: Vec<Receipt>,
    ids: Vec<(TxId, TimestampMs)>,
}

/// A certified block that is being written.
pub(crate) struct WritingBlock {
    pub(crate) block: Arc<FinalBlock>,
    pub(crate) digest: Digest,
    /// Ids with expiries.
    pub(crate) ids: Vec<(TxId, TimestampMs)>,
    /// Id, index of the first record, number of records.
    pub(crate) transactions: Vec<(TxId, u32, u32)>,
}

impl<R: LeafReader> Ledger<R> {
    pub(crate) const fn genesis(&self) -> &Arc<Genesis> {
        &self.genesis
    }

    pub(crate) const fn law(&self) -> &Law {
        &self.law
    }

    /// The final transactions that have not expired.
    pub(crate) const fn seen(&self) -> &SeenSet {
        &self.seen
    }

    pub(crate) const fn tip(&self) -> &Tip {
        &self.tip
    }

    /// Whether a certified block is being written.
    pub(crate) const fn is_writing(&self) -> bool {
        matches!(self.next, NextBlock::Writing(_))
    }

    /// Checks whether a block of this time could hold a transaction.
    pub(crate) fn admits(
        &mut self,
        time: TimestampMs,
        transaction: &CheckedTransaction,
    ) -> Result<Result<(), Refusal>, ReadFailure> {
        admits(&self.law, time, transaction, &mut self.state)
    }

    /// Enters the epoch that the last final block began.
    pub(crate) fn enter_epoch(&mut self, next: HandOver) -> Result<(), Outdated> {
        self.law.enter_epoch(next)
    }

    /// The validators that certified the last final block.
    pub(crate) fn validators_at_tip(&self) -> Option<&ValidatorSet> {
        self.law.validator_set(self.tip.header()?.epoch, self.law.shard)
    }

    /// The time of a block that is built now: the wall clock, or the parent's time while the clock is behind it.
    pub(crate) fn block_time(&self, now: TimestampMs) -> TimestampMs {
        now.max(self.time())
    }

    /// The time of the last final block, or of genesis.
    pub(crate) fn time(&self) -> TimestampMs {
        self.tip.header().map_or(self.genesis.timestamp_ms, |header| header.timestamp_ms)
    }

    fn take_executed(&mut self) -> Option<ExecutedBlock> {
        match std::mem::replace(&mut self.next, NextBlock::Absent) {
            NextBlock::Executed(executed) => Some(executed),
            other => {
                self.next = other;
                None
            }
        }
    }

    /// Applies certified write-sets from now on, as long as this replica has no vote.
    pub(crate) const fn apply_write_sets(&mut self) {
        self.trusts_quorums = true;
    }

    /// Whether certified write-sets are applied now.
    pub(crate) fn applies_write_sets(&self, committee: &Committee) -> bool {
        self.trusts_quorums && committee.me.is_none()
    }

    /// Sets the clock that limits block building.
    pub(crate) fn time_building(&mut self, stopwatch: Stopwatch) {
        self.stopwatch = Some(stopwatch);
    }

    pub(crate) const fn executed_work(&self) -> u64 {
        self.executed_work
    }

    /// Keeps the settings and the work counter of the ledger that this one replaces.
    pub(crate) fn replace(&mut self, before: Self) {
        self.trusts_quorums = before.trusts_quorums;
        self.stopwatch = before.stopwatch;
        self.executed_work = before.executed_work;
    }

    pub(crate) const fn totals(&self) -> Totals {
        self.tip.totals()
    }
}
