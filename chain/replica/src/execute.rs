//! Building and examining blocks [P7, P13]. Invariant: a header commits to what executing exactly these transactions at
//! exactly this time does to the state of the parent, and at most one block beyond the last final one is applied to the
//! state; applying another first undoes it.

use crate::{
    effect::{Effect, Effects, HeldBlock, Refused},
    replica::Replica,
    stopwatch::Allowance,
};
use chain_ledger::{BlockExecution, Executed, Position, delta_root, encode_delta};
use chain_state::{LeafReader, ReadFailure, Write};
use chain_types::{
    BlockHeader, Digest, Height, Receipt, TimestampMs, TxId, View, block::transactions_root, limit, mutant,
    record::records_root, transaction::CheckedTransaction,
};
use std::sync::Arc;

/// How far a block's time may lie ahead of this validator's clock when it votes, in milliseconds. A quorum's vote bounds
/// block time by the clock of an honest validator.
pub const CLOCK_AHEAD_MS_MAX: u64 = 1_000;

/// How far a new block's time may lie behind this validator's clock when it votes, in milliseconds. It bounds how long after its
/// expiry a transaction may become final, by the clock of an honest validator.
pub const CLOCK_BEHIND_MS_MAX: u64 = 5_000;

/// A block that is applied to the state and not final yet.
pub(crate) struct Applied {
    pub(crate) held: Arc<HeldBlock>,
    pub(crate) delta: Vec<u8>,
    pub(crate) undo: Vec<Write>,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) ids: Vec<(TxId, TimestampMs)>,
}

impl<R: LeafReader> Replica<R> {
    /// Takes back what is applied beyond the last final block.
    pub(crate) fn undo(&mut self) -> Result<(), ReadFailure> {
        if let Some(applied) = self.applied.take()
            && !mutant::is(mutant::SKIP_UNDO)
        {
            self.state.apply(applied.undo)?;
        }
        Ok(())
    }

    /// Builds a block of what waits and applies it; `None` when there is nothing to put into a block.
    pub(crate) fn build(&mut self, view: View, effects: &mut Effects) -> Result<Option<Digest>, ReadFailure> {
        self.undo()?;
        let (_, height) = self.parent();
        let time = self.block_time();
        let chosen = self.mempool.next_block(&self.given, self.law.work.block_work_max, time);
        if chosen.is_empty() {
            return Ok(None);
        }
        let position = Position { height, time, parent: self.tip_digest };
        let allowance = Allowance::of(self.stopwatch.as_ref(), self.timing.view_ms);
        let mut execution = BlockExecution::new(&self.law, &mut self.state, &self.seen, position);
        execution.warm(&chosen)?;
        let mut transactions = Vec::with_capacity(chosen.len());
        for transaction in chosen {
            // What does not fit into the time waits for the next block, which begins with it; what is owed, which comes first
            // and is half a block at most, does not.
            let is_owed = self.given.is_owed(&transaction.id());
            if !transactions.is_empty() && !is_owed && allowance.is_over() {
                break;
            }
            self.executed_work = self.executed_work.saturating_add(self.law.work.of(&transaction));
            match execution.execute(&transaction)? {
                Ok(()) => transactions.push(transaction),
                // What was promised waits until no block may hold it.
                Err(_) if is_owed => {}
                Err(refusal) => {
                    self.mempool.forget([transaction.id()]);
                    effects.push(Effect::Refuse { tx_id: transaction.id(), reason: Refused::of(refusal) });
                }
            }
        }
        if transactions.is_empty() {
            return Ok(None);
        }
        let executed = execution.finish()?;
        self.given.propose(height);
        let mut header = BlockHeader {
            version: self.law.rules().version,
            chain_id: self.law.chain_id,
            shard: self.shard,
            epoch: self.committee.epoch(),
            height,
            view,
            parent: self.tip_digest,
            timestamp_ms: time,
            records_root: records_root(&executed.leaves),
            delta_root: Digest::ZERO,
            state_root: Digest::ZERO,
            transactions_root: transactions_root(transactions.iter().map(|one| one.id())),
            validator_set_hash: self.committee.validators.digest(),
            proposer: self.committee.me.unwrap_or_default(),
        };
        let delta = encode_delta(&executed.writes);
        let undo = self.state.apply(executed.writes)?;
        header.delta_root = delta_root(&delta);
        header.state_root = self.state.root();
        let digest = header.digest();
        let held = Arc::new(HeldBlock { header, digest, transactions });
        self.keep(Arc::clone(&held));
        self.applied = Some(Applied { held, delta, undo, receipts: executed.receipts, ids: executed.ids });
        Ok(Some(digest))
    }

    /// Executes a block and applies it when its header says the truth; otherwise the state stays that of the last final
    /// block.
    pub(crate) fn examine(&mut self, held: &Arc<HeldBlock>) -> Result<bool, ReadFailure> {
        if self.applied.as_ref().is_some_and(|applied| applied.held.digest == held.digest) {
            return Ok(true);
        }
        self.undo()?;
        if !self.continues(&held.header) || !self.is_within_limits(&held.transactions) {
            return Ok(false);
        }
        let BlockHeader { height, timestamp_ms: time, parent, .. } = held.header;
        let position = Position { height, time, parent };
        let mut execution = BlockExecution::new(&self.law, &mut self.state, &self.seen, position);
        execution.warm(&held.transactions)?;
        let work = held.transactions.iter().fold(0_u64, |sum, one| sum.saturating_add(self.law.work.of(one)));
        self.executed_work = self.executed_work.saturating_add(work);
        for transaction in &held.transactions {
            if execution.execute(transaction)?.is_err() {
                return Ok(false);
            }
        }
        let executed = execution.finish()?;
        let Executed { writes, leaves, receipts, ids } = executed;
        let delta = encode_delta(&writes);
        let undo = self.state.apply(writes)?;
        let header = &held.header;
        let is_true = header.transactions_root == transactions_root(ids.iter().map(|(id, _)| *id))
            && header.records_root == records_root(&leaves)
            && header.delta_root == delta_root(&delta)
            && header.state_root == self.state.root();
        self.applied = Some(Applied { held: Arc::clone(held), delta, undo, receipts, ids });
        if !is_true {
            self.undo()?;
        }
        Ok(is_true)
    }

    /// Whether a header continues the chain and names this chain's parameters.
    pub(crate) fn continues(&self, header: &BlockHeader) -> bool {
        let (parent_time, height) = self.parent();
        header.version == self.law.rules().version
            && header.chain_id == self.law.chain_id
            && header.shard == self.shard
            && header.epoch == self.committee.epoch()
            && header.height == height
            && header.parent == self.tip_digest
            && (header.timestamp_ms >= parent_time || mutant::is(mutant::TURN_TIME_BACK))
            && header.validator_set_hash == self.committee.validators.digest()
            && header.proposer == self.committee.leader(header.height, header.view)
    }

    /// Whether transactions make a block: some, not too many, not too much work, none twice and none that is on the chain.
    pub(crate) fn is_within_limits(&self, transactions: &[Arc<CheckedTransaction>]) -> bool {
        let entries = transactions.iter().fold(0_usize, |sum, one| sum.saturating_add(one.parts().len()));
        let bytes = transactions.iter().fold(0_usize, |sum, one| sum.saturating_add(one.bytes()));
        let mut ids: Vec<_> = transactions.iter().map(|one| one.id()).collect();
        ids.sort_unstable();
        let is_new = |id: &TxId| self.seen.height(id).is_none() || mutant::is(mutant::ACCEPT_REPLAY);
        let fits = entries <= limit::ENTRIES_PER_BLOCK_MAX && bytes <= limit::BLOCK_BYTES_MAX;
        let work = transactions.iter().fold(0_u64, |sum, one| sum.saturating_add(self.law.work.of(one)));
        !transactions.is_empty()
            && (fits || transactions.len() == 1)
            && (work <= self.law.work.block_work_max || mutant::is(mutant::UNMETERED))
            && ids.is_sorted_by(|left, right| left < right)
            && ids.iter().all(is_new)
    }

    /// The time of a block that is built now: this validator's clock, or the parent's time while the clock is behind it.
    pub(crate) fn block_time(&self) -> TimestampMs {
        self.now.max(self.parent().0)
    }

    /// Whether a block's time may be voted for by this validator's clock. A block that was notarised in an earlier view is
    /// proposed again as it is, however long ago it was born.
    pub(crate) fn is_timely(&self, header: &BlockHeader) -> bool {
        let time = header.timestamp_ms;
        let is_new = header.view == self.present_view() && !mutant::is(mutant::ACCEPT_OLD_BLOCKS);
        let is_late = is_new && time.0.saturating_add(CLOCK_BEHIND_MS_MAX) < self.now.0;
        let is_early = time.0 > self.block_time().0.saturating_add(CLOCK_AHEAD_MS_MAX);
        !is_late && (!is_early || mutant::is(mutant::IGNORE_CLOCK))
    }

    fn parent(&self) -> (TimestampMs, Height) {
        self.tip
            .as_ref()
            .map_or((self.genesis.timestamp_ms, Height(1)), |(header, _)| (header.timestamp_ms, header.height.next()))
    }
}
