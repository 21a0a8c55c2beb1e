//! Commits a certified block [P7, blocks]. Invariant: the tip's header moves only after the block is durable. Only the
//! totals already count the block while it is being written.

use super::{ExecutedBlock, Ledger, NextBlock, WritingBlock};
use crate::effect::{Commit, into_transactions};
use chain_ledger::seen;
use chain_state::LeafReader;
use chain_types::{Block, Certificate, FinalBlock, beacon::HandOverProof};
use std::sync::Arc;

/// The state is flushed at every height that is a multiple of this, and earlier when it has many changes. A snapshot
/// therefore lacks no more blocks than this.
pub const FLUSH_BLOCKS: u64 = 1_024;

impl<R: LeafReader> Ledger<R> {
    /// Takes the executed block, to commit it.
    pub(crate) fn take_decided(&mut self) -> Option<ExecutedBlock> {
        self.take_executed()
    }

    /// Combines an executed block with its certificate. The result has to be durable before [`Self::persisted`].
    pub(crate) fn commit(&mut self, executed: ExecutedBlock, certificate: Certificate) -> Commit {
        let ExecutedBlock { held, delta, receipts, ids, .. } = executed;
        let (digest, header) = (held.digest, held.header.clone());
        let mut first = 0_u32;
        let mut transactions = Vec::with_capacity(held.transactions.len());
        for transaction in &held.transactions {
            let count = u32::try_from(transaction.parts().len()).unwrap_or(u32::MAX);
            transactions.push((transaction.id(), first, count));
            first = first.saturating_add(count);
        }
        self.tip.count(u64::try_from(transactions.len()).unwrap_or(u64::MAX), u64::from(first));
        let block = Block { transactions: into_transactions(held), receipts };
        let block = Arc::new(FinalBlock { header, certificate, block });
        let is_due = block.header.height.0.checked_rem(FLUSH_BLOCKS) == Some(0);
        let commit = Commit {
            block: Arc::clone(&block),
            digest,
            delta,
            seen: ids.clone(),
            hand_over: HandOverProof::held_by(&block),
            expired_before: seen::slot_start(block.header.timestamp_ms),
            flush: self.state.take_flush(if is_due { 1 } else { self.state.shape().flush_leaves }),
            totals: self.tip.totals(),
        };
        self.next = NextBlock::Writing(WritingBlock { block, digest, ids, transactions });
        commit
    }

    /// Makes the written block the tip, now that it is durable. `None` when no block was being written.
    pub(crate) fn persisted(&mut self) -> Option<WritingBlock> {
        let written = match std::mem::replace(&mut self.next, NextBlock::Absent) {
            NextBlock::Writing(written) => written,
            other => {
                self.next = other;
                return None;
            }
        };
        let FinalBlock { header, certificate, .. } = &*written.block;
        self.state.trim();
        self.seen.extend(header.height, header.timestamp_ms, &written.ids);
        self.tip.advance(header.clone(), certificate.clone(), written.digest);
        Some(written)
    }
}
