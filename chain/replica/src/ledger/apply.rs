//! Applies the write-set of a certified block without executing the block [P8, state and write-set]. Invariant: a
//! write-set is kept only when records, write-set and resulting state match the header. Otherwise the state after the
//! last final block remains. The caller checks the certificate and that this replica has no vote.

use super::{ExecutedBlock, Ledger, NextBlock};
use crate::effect::HeldBlock;
use chain_consensus::Committee;
use chain_ledger::{decode_delta, delta_root};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Digest, Receipt, codec,
    record::{record_leaf, records_root},
};
use std::sync::Arc;

impl<R: LeafReader> Ledger<R> {
    /// Applies the write-set of a certified block when the header commits to it and to the resulting state. Otherwise
    /// the state stays that of the last final block. Returns whether the write-set was applied.
    pub(crate) fn apply_write_set(
        &mut self,
        committee: &Committee,
        held: &Arc<HeldBlock>,
        receipts: Vec<Receipt>,
        delta: Vec<u8>,
    ) -> Result<bool, ReadFailure> {
        if self.is_writing() {
            return Ok(false);
        }
        self.undo()?;
        let header = &held.header;
        let is_of_block = header.delta_root == delta_root(&delta);
        let is_committed_to = is_of_block
            && self.continues(header, committee)
            && self.is_within_limits(&held.transactions)
            && leaves(held, &receipts).is_some_and(|leaves| records_root(&leaves) == header.records_root);
        let Some(writes) = decode_delta(&delta).ok().filter(|_| is_committed_to) else { return Ok(false) };
        if !writes.is_sorted_by(|left, right| left.path < right.path) {
            return Ok(false);
        }
        self.state.warm(writes.iter().map(|write| write.path))?;
        let undo = self.state.apply(writes)?;
        let is_valid = header.state_root == self.state.root();
        let times = held.transactions.iter().map(|one| (one.id(), one.transaction().header.valid_until_ms));
        let ids = times.collect();
        self.next = NextBlock::Executed(ExecutedBlock { held: Arc::clone(held), delta, undo, receipts, ids });
        if !is_valid {
            self.undo()?;
        }
        Ok(is_valid)
    }
}

/// The leaves of a block's records in order; `None` when the numbers of receipts and commands differ.
fn leaves(held: &HeldBlock, receipts: &[Receipt]) -> Option<Vec<Digest>> {
    let mut receipts = receipts.iter();
    let mut leaves = Vec::with_capacity(receipts.len());
    for transaction in &held.transactions {
        for (index, part) in (0_u32..).zip(transaction.parts()) {
            let receipt = codec::encode(receipts.next()?);
            leaves.push(record_leaf(transaction.id(), index, &part.core, &part.body, &receipt));
        }
    }
    receipts.next().is_none().then_some(leaves)
}
