//! Building a block [P7]. Invariant: the header commits to what executing exactly these transactions at exactly this
//! time did to the state of the parent.

use crate::{
    effect::{Effect, Effects, Refused},
    replica::{Pending, Replica},
};
use chain_ledger::{BlockExecution, delta_root, encode_delta};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Block, BlockHeader, Height, TimestampMs, merkle, record::records_root, transaction::CheckedTransaction,
};

impl<R: LeafReader> Replica<R> {
    /// Takes what waits, executes it, and asks for signatures; `None` when nothing is left to put into a block.
    pub(crate) fn propose(&mut self, now: TimestampMs, effects: &mut Effects) -> Result<Option<Pending>, ReadFailure> {
        let taken = self.mempool.take_block();
        if taken.is_empty() {
            return Ok(None);
        }
        let (parent_time, height) = self
            .tip
            .as_ref()
            .map_or((self.genesis.timestamp_ms, Height(1)), |(header, _)| (header.timestamp_ms, header.height.next()));
        let time = now.max(parent_time);
        let mut execution = BlockExecution::new(&self.law, &mut self.state, &self.seen, time);
        execution.warm(&taken)?;
        let mut held: Vec<CheckedTransaction> = Vec::with_capacity(taken.len());
        for transaction in taken {
            match execution.execute(&transaction)? {
                Ok(()) => held.push(transaction),
                Err(refusal) => {
                    let reason = match refusal {
                        chain_ledger::Refusal::Expired => Refused::Expired,
                        other => Refused::NotAdmitted(other),
                    };
                    self.mempool.forget([transaction.id()]);
                    effects.push(Effect::Refuse { tx_id: transaction.id(), reason });
                }
            }
        }
        if held.is_empty() {
            return Ok(None);
        }
        let (state, executed) = execution.finish()?;
        let delta = encode_delta(&executed.writes);
        state.apply(executed.writes)?;
        let header = BlockHeader {
            chain_id: self.law.chain_id,
            shard: self.shard,
            epoch: self.genesis.validators.epoch,
            height,
            view: self.view,
            parent: self.tip_digest,
            timestamp_ms: time,
            records_root: records_root(&executed.leaves),
            delta_root: delta_root(&delta),
            state_root: state.root(),
            outbox_root: merkle::root(&[]),
            inbox_cursors: Vec::new(),
            validator_set_hash: self.genesis.validators.digest(),
            proposer: 0,
        };
        effects.push(Effect::Sign(header.finalise_vote()));
        let mut first = 0_u32;
        let mut transactions = Vec::with_capacity(held.len());
        for transaction in &held {
            let count = u32::try_from(transaction.parts().len()).unwrap_or(u32::MAX);
            transactions.push((transaction.id(), first, count));
            first = first.saturating_add(count);
        }
        let block = Block {
            transactions: held.into_iter().map(CheckedTransaction::into_transaction).collect(),
            receipts: executed.receipts,
        };
        let digest = header.digest();
        Ok(Some(Pending { header, digest, block, delta, ids: executed.ids, transactions }))
    }
}
