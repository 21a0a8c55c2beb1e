//! Execution of a block. Invariant: every command gets exactly one receipt, a rejected command changes nothing, and in
//! an atomic transaction one rejection rejects all.

use crate::{
    account, admission, atomic, beacon, law::Law, native, overlay::Overlay, provenance, seen::SeenSet, stream,
};
use chain_state::{LeafReader, ReadFailure, State, Write};
use chain_types::{
    Digest, Event, Height, Mode, Operation, PublicKey, Receipt, Rejection, Subject, TenantId, TimestampMs, TxId, codec,
    record::record_leaf,
    transaction::{CheckedTransaction, CommandDigest},
};
use std::sync::Arc;

/// The code that the other commands of an atomic transaction get when one of them is rejected.
pub(crate) const ABORTED: &str = "ledger.atomic_aborted";

/// A command in the context that the slices judge it in.
pub(crate) struct Context<'t> {
    pub(crate) law: &'t Law,
    pub(crate) tx_id: TxId,
    pub(crate) height: Height,
    pub(crate) tenant: TenantId,
    pub(crate) author: PublicKey,
    pub(crate) is_operator: bool,
    pub(crate) subjects: &'t [Subject],
}

/// What a slice decides: events, or a rejection. `Stored` says whether the record joins its subjects' streams.
pub(crate) type Verdict = Result<Applied, Rejection>;

/// A command that took effect.
pub(crate) struct Applied {
    pub(crate) event: Event,
    pub(crate) joins_streams: bool,
}

/// A block being executed.
pub struct BlockExecution<'s, R> {
    law: &'s Law,
    height: Height,
    time: TimestampMs,
    seen: &'s SeenSet,
    overlay: Overlay<'s, R>,
    ids: Vec<(TxId, TimestampMs)>,
    leaves: Vec<Digest>,
    receipts: Vec<Receipt>,
}

/// What a block did.
pub struct Executed {
    /// Its write-set, ascending by path.
    pub writes: Vec<Write>,
    /// The leaves of its records, in order.
    pub leaves: Vec<Digest>,
    /// The receipts of its commands, in order.
    pub receipts: Vec<Receipt>,
    /// Its transactions and their expiries, in order.
    pub ids: Vec<(TxId, TimestampMs)>,
}

/// Writes of a command for which room is made; there may be more.
const WRITES_PER_COMMAND: usize = 2;

impl<'s, R: LeafReader> BlockExecution<'s, R> {
    /// Begins the block of a height, at the given time.
    pub fn new(
        law: &'s Law,
        state: &'s mut State<R>,
        seen: &'s SeenSet,
        (height, time): (Height, TimestampMs),
    ) -> Self {
        let overlay = Overlay::new(state);
        Self { law, height, time, seen, overlay, ids: Vec::new(), leaves: Vec::new(), receipts: Vec::new() }
    }

    /// Makes room for what the transactions leave behind, and reads what their streams hold in one pass, so that executing
    /// them does not read one by one.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn warm(&mut self, transactions: &[Arc<CheckedTransaction>]) -> Result<(), ReadFailure> {
        let count = transactions.iter().map(|transaction| transaction.parts().len()).sum();
        self.ids.reserve(transactions.len());
        self.leaves.reserve(count);
        self.receipts.reserve(count);
        self.overlay.reserve(count.saturating_mul(WRITES_PER_COMMAND));
        let parts = transactions.iter().flat_map(|transaction| transaction.parts());
        self.overlay.warm(parts.flat_map(|part| &part.streams).copied())
    }

    /// Executes a transaction, or refuses to hold it at all. The caller has checked that it was not seen before.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn execute(&mut self, transaction: &CheckedTransaction) -> Result<Result<(), admission::Refusal>, ReadFailure> {
        let header = &transaction.transaction().header;
        if let Err(refusal) = admission::admit(self.law, self.time, transaction.transaction(), &mut self.overlay)? {
            return Ok(Err(refusal));
        }
        self.ids.push((transaction.id(), header.valid_until_ms));
        let mark = self.overlay.mark();
        let first = self.receipts.len();
        let mut rejected = None;
        for (index, part) in transaction.parts().iter().enumerate() {
            let verdict = self.judge(transaction, index)?;
            if let (Mode::Atomic, Err(rejection)) = (header.mode, &verdict) {
                rejected = Some((index, rejection.clone()));
                break;
            }
            self.record(transaction, index, part, verdict)?;
        }
        if let Some((cause, rejection)) = rejected {
            self.overlay.rollback(mark);
            self.receipts.truncate(first);
            self.leaves.truncate(first);
            for (index, part) in transaction.parts().iter().enumerate() {
                let why = if index == cause { rejection.clone() } else { Rejection::new(ABORTED).with("by", &cause) };
                self.record(transaction, index, part, Err(why))?;
            }
        }
        Ok(Ok(()))
    }

    fn judge(&mut self, transaction: &CheckedTransaction, index: usize) -> Result<Verdict, ReadFailure> {
        let header = &transaction.transaction().header;
        let Some(command) = transaction.transaction().commands.get(index) else {
            return Ok(Err(Rejection::new("ledger.command_count")));
        };
        let is_operator = header.author == self.law.operator;
        let context = Context {
            law: self.law,
            tx_id: transaction.id(),
            height: self.height,
            tenant: header.tenant,
            author: header.author,
            is_operator,
            subjects: &command.core.subjects,
        };
        match &command.core.operation {
            Operation::Account(operation) => account::execute(&context, operation, &mut self.overlay),
            Operation::Provenance(operation) => provenance::execute(&context, operation, &mut self.overlay),
            Operation::Native(operation) => native::execute(&context, operation, &mut self.overlay),
            Operation::Atomic(operation) => atomic::execute(&context, operation, &mut self.overlay),
            Operation::Beacon(operation) => beacon::execute(&context, operation, &mut self.overlay),
        }
    }

    fn record(
        &mut self,
        transaction: &CheckedTransaction,
        index: usize,
        part: &CommandDigest,
        verdict: Verdict,
    ) -> Result<(), ReadFailure> {
        let joins_streams = verdict.as_ref().is_ok_and(|applied| applied.joins_streams);
        let receipt = match verdict {
            Ok(applied) => Receipt::Applied { events: vec![applied.event] },
            Err(rejection) => Receipt::Rejected(rejection),
        };
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        let leaf = record_leaf(transaction.id(), at, &part.core, &part.body, &codec::encode(&receipt));
        if joins_streams {
            stream::push(&mut self.overlay, &part.streams, &leaf)?;
        }
        self.leaves.push(leaf);
        self.receipts.push(receipt);
        Ok(())
    }

    /// Ends the block: commits the seen-set's change and applies the write-set to the state.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn finish(mut self) -> Result<(&'s mut State<R>, Executed), ReadFailure> {
        self.seen.commit(self.time, &self.ids, &mut self.overlay)?;
        let (state, writes) = self.overlay.into_writes();
        Ok((state, Executed { writes, leaves: self.leaves, receipts: self.receipts, ids: self.ids }))
    }
}
