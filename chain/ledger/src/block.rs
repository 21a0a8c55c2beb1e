//! Executes the transactions of one block. Invariant: every command of an admitted transaction gets exactly one
//! receipt. A rejected command changes no state. In an atomic transaction one rejection rejects all commands.

use crate::{
    admission, ancestry,
    law::Law,
    overlay::Overlay,
    seen::SeenSet,
    slice, stream,
    verdict::{Context, Halt, Outcome},
};
use chain_state::{LeafReader, ReadFailure, State, Write};
use chain_types::{
    Digest, EntryCore, Height, Mode, Receipt, Rejection, TimestampMs, TxId, codec,
    record::record_leaf,
    state::Slot,
    transaction::{CheckedTransaction, EntryDigest},
};
use std::sync::Arc;

/// The code of the other commands of an atomic transaction when one of them is rejected.
pub(crate) const ABORTED: &str = "ledger.atomic_aborted";

/// The position of a block in its chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub height: Height,
    pub time: TimestampMs,
    /// The parent's digest, as the block's header names it.
    pub parent: Digest,
}

/// A block in execution.
pub struct BlockExecution<'s> {
    law: &'s Law,
    position: Position,
    seen: &'s SeenSet,
    overlay: Overlay<'s>,
    ids: Vec<(TxId, TimestampMs)>,
    leaves: Vec<Digest>,
    receipts: Vec<Receipt>,
}

/// The result of executing a block.
pub struct Executed {
    /// The write-set, ascending by path.
    pub writes: Vec<Write>,
    /// The leaves of the records, in order.
    pub leaves: Vec<Digest>,
    /// The receipts of the commands, in order.
    pub receipts: Vec<Receipt>,
    /// The transactions and their expiries, in order.
    pub ids: Vec<(TxId, TimestampMs)>,
}

/// Expected writes per command, for reserving memory; a command may write more.
const WRITES_PER_COMMAND: usize = 2;

impl<'s> BlockExecution<'s> {
    /// Starts a block on top of `state`.
    pub fn new<R: LeafReader>(law: &'s Law, state: &'s mut State<R>, seen: &'s SeenSet, position: Position) -> Self {
        let overlay = Overlay::new(state);
        Self { law, position, seen, overlay, ids: Vec::new(), leaves: Vec::new(), receipts: Vec::new() }
    }

    /// Reserves memory for the results of these transactions and reads all their streams in one pass, so that execution
    /// does not read them one by one.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn warm(&mut self, transactions: &[Arc<CheckedTransaction>]) -> Result<(), ReadFailure> {
        let count = transactions.iter().map(|transaction| transaction.parts().len()).sum();
        self.ids.reserve(transactions.len());
        self.leaves.reserve(count);
        self.receipts.reserve(count);
        self.overlay.reserve(count.checked_mul(WRITES_PER_COMMAND).unwrap_or(count));
        let parts = transactions.iter().flat_map(|transaction| transaction.parts());
        self.overlay.warm(parts.flat_map(|part| &part.streams).map(Slot::path))
    }

    /// Executes a transaction, or refuses to include it. The caller has checked that it was not seen before.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn execute(&mut self, transaction: &CheckedTransaction) -> Result<Result<(), admission::Refusal>, ReadFailure> {
        let header = &transaction.transaction().header;
        if let Err(refusal) = admission::admit(self.law, self.position.time, transaction, &mut self.overlay)? {
            return Ok(Err(refusal));
        }
        self.ids.push((transaction.id(), header.valid_until_ms));
        let mark = self.overlay.mark();
        let first = self.receipts.len();
        let mut rejected = None;
        let entries = &transaction.transaction().entries;
        for (index, (entry, part)) in (0_u32..).zip(entries.iter().zip(transaction.parts())) {
            let receipt = self.judge(transaction, &entry.core)?;
            if let (Mode::Atomic, Receipt::Rejected(rejection)) = (header.mode, &receipt) {
                rejected = Some((index, rejection.clone()));
                break;
            }
            self.record(transaction, index, part, receipt)?;
        }
        // Atomic: undo the commands that took effect, then record a rejection for every command.
        if let Some((cause, rejection)) = rejected {
            self.overlay.rollback(mark);
            self.receipts.truncate(first);
            self.leaves.truncate(first);
            for (index, part) in (0_u32..).zip(transaction.parts()) {
                let why = if index == cause { rejection.clone() } else { Rejection::new(ABORTED).with("by", &cause) };
                self.record(transaction, index, part, Receipt::Rejected(why))?;
            }
        }
        Ok(Ok(()))
    }

    /// Executes one command and returns its receipt.
    fn judge(&mut self, transaction: &CheckedTransaction, core: &EntryCore) -> Result<Receipt, ReadFailure> {
        let header = &transaction.transaction().header;
        let context = Context {
            law: self.law,
            tx_id: transaction.id(),
            height: self.position.height,
            time: self.position.time,
            tenant: header.tenant,
            author: header.author,
            is_operator: header.author == self.law.operator,
            subjects: &core.subjects,
        };
        match slice::execute(&context, &core.command, &mut self.overlay) {
            Ok(Outcome::Applied(event)) => Ok(Receipt::Applied(event)),
            Ok(Outcome::Repeated) => Ok(Receipt::Repeated),
            Err(Halt::Rejected(rejection)) => Ok(Receipt::Rejected(rejection)),
            Err(Halt::Unreadable(failure)) => Err(failure),
        }
    }

    /// Adds a command's record. Only an applied command joins the streams of its subjects.
    fn record(
        &mut self,
        transaction: &CheckedTransaction,
        index: u32,
        part: &EntryDigest,
        receipt: Receipt,
    ) -> Result<(), ReadFailure> {
        let leaf = record_leaf(transaction.id(), index, &part.core, &part.body, &codec::encode(&receipt));
        if matches!(receipt, Receipt::Applied(_)) {
            stream::push(&mut self.overlay, &part.streams, &leaf)?;
        }
        self.leaves.push(leaf);
        self.receipts.push(receipt);
        Ok(())
    }

    /// Ends the block: adds the change of the seen-set and the block's parent to the writes.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn finish(mut self) -> Result<Executed, ReadFailure> {
        self.seen.commit(self.position.time, &self.ids, &mut self.overlay)?;
        ancestry::push(&mut self.overlay, &self.position.parent)?;
        let writes = self.overlay.into_writes();
        Ok(Executed { writes, leaves: self.leaves, receipts: self.receipts, ids: self.ids })
    }
}
