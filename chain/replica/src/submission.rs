//! Admits submitted transactions to the mempool. Invariant: an admitted transaction could be in a block, as far as this
//! replica knows. Pending transactions are checked again over time, promised ones excepted.

use crate::{
    effect::{Effect, Effects, Refused},
    input::Source,
    lane::Lane,
    mempool::Offer,
    replica::Replica,
    sync::EXPIRY_GRACE_MS,
};
use chain_ledger::Refusal;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{TimestampMs, VerifiedTransaction, limit, mutant, transaction::CheckedTransaction};
use std::sync::Arc;

/// Pending transactions that are checked again at each review.
pub const JUDGED_MAX: usize = 1_024;

impl<R: LeafReader> Replica<R> {
    /// Handles a transaction with a valid signature. A transaction that is already final is only reported.
    pub(crate) fn submit(
        &mut self,
        transaction: VerifiedTransaction,
        source: Source,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let is_local = source == Source::Client;
        let tx_id = transaction.checked().id();
        // A deliberately broken variant; the simulator must detect it.
        if let Some(height) = self.ledger.seen().height(&tx_id).filter(|_| !mutant::is(mutant::ACCEPT_REPLAY)) {
            effects.push(Effect::AlreadyFinal { tx_id, height });
            return Ok(());
        }
        let transaction = Arc::new(transaction.into_checked());
        let completed = self.bodies.add(&transaction);
        self.admit(&transaction, source, is_local, effects)?;
        match completed {
            Some(block) => self.completed(block, effects),
            None => Ok(()),
        }
    }

    /// Adds a transaction to the mempool, or refuses it. A leader may also promise it.
    fn admit(
        &mut self,
        transaction: &Arc<CheckedTransaction>,
        source: Source,
        is_local: bool,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let tx_id = transaction.id();
        let refuse = |reason| Effect::Refuse { tx_id, reason };
        let lane = match self.judge(transaction)? {
            Ok(lane) => lane,
            Err(refusal) => {
                effects.push(refuse(Refused::of(refusal)));
                return Ok(());
            }
        };
        if is_local && !self.voting.committee().is_sole() {
            effects.push(Effect::Spread(Arc::clone(transaction)));
        }
        if self.ledger.seen().len() >= limit::SEEN_MAX {
            effects.push(refuse(Refused::Busy));
            return Ok(());
        }
        let work = self.ledger.law().work.of(transaction);
        match self.mempool.offer(Arc::clone(transaction), lane, work, is_local, &self.given) {
            Offer::Taken { evicted } => {
                effects.extend(evicted.into_iter().map(|tx_id| Effect::Refuse { tx_id, reason: Refused::Busy }));
            }
            Offer::Duplicate => {}
            Offer::Full => {
                effects.push(refuse(Refused::Busy));
                return Ok(());
            }
        }
        if lane != Lane::Unknown {
            self.add_promise(transaction, source);
        }
        Ok(())
    }

    /// The lane of a transaction, or the reason why no block could hold it. A replica that lacks blocks may not know
    /// every author yet. A clock that is ahead of others' cannot be sure that a transaction has expired.
    fn judge(&mut self, transaction: &CheckedTransaction) -> Result<Result<Lane, Refusal>, ReadFailure> {
        let header = &transaction.transaction().header;
        let now = self.clock.now();
        let present = self.ledger.tip().header().map_or(now, |tip| tip.timestamp_ms.max(now));
        let last = TimestampMs(header.valid_until_ms.0.saturating_sub(1));
        let is_in_grace = last.0.saturating_add(EXPIRY_GRACE_MS) >= present.0;
        let time = if is_in_grace { present.min(last) } else { present };
        if mutant::is(mutant::ADMIT_ALL) {
            return Ok(Ok(Lane::of(header)));
        }
        let lacks_blocks = self.known_height().is_none_or(|known| known > self.tip_height().next());
        Ok(match self.ledger.admits(time, transaction)? {
            Ok(()) => Ok(Lane::of(header)),
            Err(Refusal::Author) if lacks_blocks => Ok(Lane::Unknown),
            Err(refusal) => Err(refusal),
        })
    }

    /// Checks some pending transactions again, and all of them over time. Drops those that no block could hold any
    /// more.
    pub(crate) fn judge_again(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        for transaction in self.mempool.next_to_judge(JUDGED_MAX) {
            let tx_id = transaction.id();
            if !self.given.is_owed(&tx_id)
                && let Err(refusal) = self.judge(&transaction)?
            {
                self.mempool.forget([tx_id]);
                effects.push(Effect::Refuse { tx_id, reason: Refused::of(refusal) });
            }
        }
        Ok(())
    }
}
