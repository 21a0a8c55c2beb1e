//! Builds and validates blocks [P7, blocks] [P13, execution before the vote]. Invariant: a header commits to the result
//! of executing its transactions on the parent's state. At most one block after the last final block is applied to the
//! state.

use super::{ExecutedBlock, Ledger, NextBlock};
use crate::{
    effect::{Effect, Effects, HeldBlock, Refused},
    mempool::Mempool,
    promise::GivenPromises,
    stopwatch::Allowance,
};
use chain_consensus::Committee;
use chain_ledger::{BlockExecution, Executed, Position, delta_root, encode_delta};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    BlockHeader, Digest, TimestampMs, TxId, View, block::transactions_root, limit, mutant, record::records_root,
    transaction::CheckedTransaction,
};
use std::sync::Arc;

/// How far a block's time may be ahead of this validator's clock when it votes, in milliseconds. A quorum's vote
/// therefore bounds the block time by the clock of an honest validator.
pub const CLOCK_AHEAD_MS_MAX: u64 = 1_000;

/// How far a new block's time may be behind this validator's clock when it votes, in milliseconds. It bounds how long
/// after its expiry a transaction may become final, by the clock of an honest validator.
pub const CLOCK_BEHIND_MS_MAX: u64 = 5_000;

/// The transactions of a new block, and the result of executing them.
type Contents = (Vec<Arc<CheckedTransaction>>, Executed);

/// The parameters of a new block.
pub(crate) struct BlockRequest<'a> {
    pub(crate) committee: &'a Committee,
    pub(crate) view: View,
    /// The wall clock.
    pub(crate) now: TimestampMs,
    /// The timeout of the view, in milliseconds.
    pub(crate) view_ms: u64,
}

impl<R: LeafReader> Ledger<R> {
    /// Undoes the executed block, if there is one.
    pub(super) fn undo(&mut self) -> Result<(), ReadFailure> {
        // A deliberately broken variant; the simulator must detect it.
        if let Some(executed) = self.take_executed()
            && !mutant::is(mutant::SKIP_UNDO)
        {
            self.state.apply(executed.undo)?;
        }
        Ok(())
    }

    /// Builds a block from pending transactions and applies it. `None` when no transaction can go into a block, or
    /// while a block is being written.
    pub(crate) fn build(
        &mut self,
        request: &BlockRequest<'_>,
        mempool: &mut Mempool,
        given: &GivenPromises,
        effects: &mut Effects,
    ) -> Result<Option<Arc<HeldBlock>>, ReadFailure> {
        if self.is_writing() {
            return Ok(None);
        }
        self.undo()?;
        let time = self.block_time(request.now);
        let chosen = mempool.next_block(given, self.law.work.block_work_max, time);
        let built = self.execute_chosen(chosen, request, mempool, given, effects)?;
        let Some((transactions, executed)) = built else { return Ok(None) };
        let mut header = self.header(request, &transactions);
        header.records_root = records_root(&executed.leaves);
        let delta = encode_delta(&executed.writes);
        let undo = self.state.apply(executed.writes)?;
        header.delta_root = delta_root(&delta);
        header.state_root = self.state.root();
        let digest = header.digest();
        let held = Arc::new(HeldBlock { header, digest, transactions });
        let (receipts, ids) = (executed.receipts, executed.ids);
        self.next = NextBlock::Executed(ExecutedBlock { held: Arc::clone(&held), delta, undo, receipts, ids });
        Ok(Some(held))
    }

    /// Executes the chosen transactions as long as there is time. The result holds those that succeeded; `None` when
    /// there are none.
    fn execute_chosen(
        &mut self,
        chosen: Vec<Arc<CheckedTransaction>>,
        request: &BlockRequest<'_>,
        mempool: &mut Mempool,
        given: &GivenPromises,
        effects: &mut Effects,
    ) -> Result<Option<Contents>, ReadFailure> {
        if chosen.is_empty() {
            return Ok(None);
        }
        let position =
            Position { height: self.tip.next_height(), time: self.block_time(request.now), parent: self.tip.digest() };
        let allowance = Allowance::of(self.stopwatch.as_ref(), request.view_ms);
        let mut execution = BlockExecution::new(&self.law, &mut self.state, &self.seen, position);
        execution.warm(&chosen)?;
        let mut transactions = Vec::with_capacity(chosen.len());
        for transaction in chosen {
            // Transactions that do not fit into the time go into the next block. Promised transactions come first and
            // fill at most half a block, so the time limit does not apply to them.
            let is_owed = given.is_owed(&transaction.id());
            if !transactions.is_empty() && !is_owed && allowance.is_over() {
                break;
            }
            self.executed_work = self.executed_work.saturating_add(self.law.work.of(&transaction));
            match execution.execute(&transaction)? {
                Ok(()) => transactions.push(transaction),
                // A promised transaction stays pending until no block may hold it any more.
                Err(_) if is_owed => {}
                Err(refusal) => {
                    mempool.forget([transaction.id()]);
                    effects.push(Effect::Refuse { tx_id: transaction.id(), reason: Refused::of(refusal) });
                }
            }
        }
        Ok(if transactions.is_empty() { None } else { Some((transactions, execution.finish()?)) })
    }

    /// The header of a new block, without the roots that execution gives.
    fn header(&self, request: &BlockRequest<'_>, transactions: &[Arc<CheckedTransaction>]) -> BlockHeader {
        BlockHeader {
            version: self.law.rules().version,
            chain_id: self.law.chain_id,
            shard: self.law.shard,
            epoch: request.committee.epoch(),
            height: self.tip.next_height(),
            view: request.view,
            parent: self.tip.digest(),
            timestamp_ms: self.block_time(request.now),
            records_root: Digest::ZERO,
            delta_root: Digest::ZERO,
            state_root: Digest::ZERO,
            transactions_root: transactions_root(transactions.iter().map(|one| one.id())),
            validator_set_hash: request.committee.validators.digest(),
            proposer: request.committee.me.unwrap_or_default(),
        }
    }

    /// Executes a block and applies it when the result matches its header. Otherwise the state stays that of the last
    /// final block. While a block is being written, no other one is executed.
    pub(crate) fn examine(&mut self, held: &Arc<HeldBlock>, committee: &Committee) -> Result<bool, ReadFailure> {
        match &self.next {
            NextBlock::Executed(executed) if executed.held.digest == held.digest => return Ok(true),
            NextBlock::Writing(_) => return Ok(false),
            NextBlock::Executed(_) | NextBlock::Absent => self.undo()?,
        }
        if !self.continues(&held.header, committee) || !self.is_within_limits(&held.transactions) {
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
        let is_valid = header.transactions_root == transactions_root(ids.iter().map(|(id, _)| *id))
            && header.records_root == records_root(&leaves)
            && header.delta_root == delta_root(&delta)
            && header.state_root == self.state.root();
        self.next = NextBlock::Executed(ExecutedBlock { held: Arc::clone(held), delta, undo, receipts, ids });
        if !is_valid {
            self.undo()?;
        }
        Ok(is_valid)
    }

    /// Whether a header continues the chain and names this chain's parameters.
    pub(super) fn continues(&self, header: &BlockHeader, committee: &Committee) -> bool {
        header.version == self.law.rules().version
            && header.chain_id == self.law.chain_id
            && header.shard == self.law.shard
            && header.epoch == committee.epoch()
            && header.height == self.tip.next_height()
            && header.parent == self.tip.digest()
            && (header.timestamp_ms >= self.time() || mutant::is(mutant::TURN_TIME_BACK))
            && header.validator_set_hash == committee.validators.digest()
            && header.proposer == committee.leader(header.height, header.view)
    }

    /// Whether transactions are within a block's limits: at least one, not too many entries, bytes or units of work, no
    /// duplicate, and none that is already on the chain.
    pub(super) fn is_within_limits(&self, transactions: &[Arc<CheckedTransaction>]) -> bool {
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

    /// Whether this validator's clock allows a vote for a block of this time. A block that was notarised in an earlier
    /// view is proposed again unchanged, so its age does not count.
    pub(crate) fn is_timely(&self, header: &BlockHeader, view: View, now: TimestampMs) -> bool {
        let time = header.timestamp_ms;
        let is_new = header.view == view && !mutant::is(mutant::ACCEPT_OLD_BLOCKS);
        let is_late = is_new && time.0.saturating_add(CLOCK_BEHIND_MS_MAX) < now.0;
        let is_early = time.0 > self.block_time(now).0.saturating_add(CLOCK_AHEAD_MS_MAX);
        !is_late && (!is_early || mutant::is(mutant::IGNORE_CLOCK))
    }
}
