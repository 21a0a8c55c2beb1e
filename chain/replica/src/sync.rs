//! Keeping up with peers: their heights, the blocks that are missing here, and pending transactions. Invariant: a block
//! from a peer is applied only with a quorum's certificate, and after executing it here or, without a vote, with the
//! write-set that the certificate covers [P8].

use crate::{
    Fetched, Message,
    effect::{Effect, Effects, HeldBlock, Refused},
    peers::{FetchMode, Here},
    replica::Replica,
};
use chain_consensus::{Input as Answer, Simplex};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    FinalBlock, Height, PublicKey, TimestampMs, View, mutant,
    signature::{Namespace, verify_fixed_batch},
    transaction::CheckedTransaction,
};
use std::sync::Arc;

/// Transactions that are sent again at once.
pub const SPREAD_MAX: usize = 256;
/// How long after its expiry by this replica's clock a transaction is given up here, in milliseconds.
pub const EXPIRY_GRACE_MS: u64 = 10_000;

impl<R: LeafReader> Replica<R> {
    /// What recurs: telling the status, asking for missing blocks, sending pending transactions again.
    pub(crate) fn keep_up(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        if self.tell_status_at_times(effects) {
            match self.voting.undelivered() {
                Some(block) => {
                    if self.gather(block, effects).is_some() {
                        self.completed(block, effects)?;
                    }
                }
                None => self.bodies.forget_question(),
            }
        }
        self.fetch(effects);
        if self.peers.is_spread_due(self.clock.at()) {
            self.judge_again(effects)?;
            self.spread_again(effects);
        }
        Ok(())
    }

    /// Tells the status when that is due. Returns whether it was.
    pub(crate) fn tell_status_at_times(&mut self, effects: &mut Effects) -> bool {
        let is_due = self.peers.is_status_due(self.clock.at());
        if is_due {
            self.tell_status(effects);
        }
        is_due
    }

    pub(crate) fn tell_status(&self, effects: &mut Effects) {
        let message = Message::Status { height: self.tip_height(), view: self.voting.view() };
        effects.push(Effect::Send { to: None, message: Box::new(message) });
    }

    fn spread_again(&mut self, effects: &mut Effects) {
        if self.voting.committee().is_sole() {
            return;
        }
        let expired_before = TimestampMs(self.clock.now().0.saturating_sub(EXPIRY_GRACE_MS));
        // A validator that gave a view up over work which the others may not know sends them all of it.
        let sends_all = self.voting.simplex().is_some_and(Simplex::is_waiting_for_others);
        let (chosen, expired) = self.mempool.review(expired_before, SPREAD_MAX, sends_all);
        for tx_id in &expired {
            if let Some((transaction, work)) = self.mempool.weighed(tx_id) {
                self.given.park(transaction, work);
            }
            effects.push(Effect::Refuse { tx_id: *tx_id, reason: Refused::Expired });
        }
        self.mempool.forget(expired);
        effects.extend(chosen.into_iter().map(Effect::Spread));
    }

    /// A peer tells how far it is.
    pub(crate) fn status(
        &mut self,
        from: PublicKey,
        height: Height,
        view: View,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let seat = self.voting.committee().index_of(&from);
        self.peers.claim(from, height);
        if self.voting.is_on_probation() && seat.is_some() {
            self.end_probation(effects)?;
        }
        if height > self.tip_height() {
            self.peers.fell_behind(self.clock.at());
            self.fetch(effects);
        } else if height == self.tip_height()
            && let Some(from) = seat
        {
            self.decide(Answer::Status { from, view }, effects)?;
        }
        Ok(())
    }

    /// Asks a peer that is ahead for the blocks after the tip.
    fn fetch(&mut self, effects: &mut Effects) {
        if self.is_joining(effects) {
            return;
        }
        let committee = self.voting.committee();
        let here = Here { committee, tip: self.ledger.tip().height(), at: self.clock.at() };
        let mode = FetchMode {
            votes: self.voting.simplex().is_some(),
            is_writing: self.ledger.is_writing(),
            with_write_sets: self.ledger.applies_write_sets(committee),
        };
        self.peers.fetch(&here, mode, effects);
    }

    /// Final blocks arrived, or an empty list from a peer that has none.
    pub(crate) fn arrived(
        &mut self,
        from: PublicKey,
        blocks: Vec<Fetched>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        if !self.peers.receive(from, blocks, self.join.is_some()) {
            return Ok(());
        }
        self.take_in(effects)
    }

    /// Applies the blocks that arrived, as long as each is the next one.
    pub(crate) fn take_in(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        while !self.ledger.is_writing() {
            let next = self.next_height();
            let Some(fetched) = self.peers.next_incoming() else { return Ok(()) };
            let height = fetched.block.header.height;
            if height < next {
                continue;
            }
            let is_applied = height == next && self.apply_final(fetched, effects)?;
            if !is_applied {
                self.peers.drop_incoming();
            }
        }
        Ok(())
    }

    fn apply_final(&mut self, fetched: Fetched, effects: &mut Effects) -> Result<bool, ReadFailure> {
        let Fetched { block: FinalBlock { header, mut certificate, block }, write_set } = fetched;
        let committee = Arc::clone(self.voting.committee());
        let is_certified = committee.certifies(&mut certificate, header.height) || mutant::is(mutant::TRUST_SYNC);
        if !is_certified || !header.is_finalised_by(&certificate.vote) {
            return Ok(false);
        }
        let checked = block.transactions.into_iter().map(|transaction| transaction.check().map(Arc::new));
        let Ok(transactions) = checked.collect::<Result<Vec<_>, _>>() else { return Ok(false) };
        if !self.are_signed(&transactions) {
            return Ok(false);
        }
        self.voting.notice_rollback(committee.me, &certificate, effects);
        let held = Arc::new(HeldBlock { digest: header.digest(), header, transactions });
        if let Some(write_set) = write_set.filter(|_| self.ledger.applies_write_sets(&committee))
            && self.ledger.apply_write_set(&committee, &held, block.receipts, write_set)?
        {
            self.commit(certificate, effects);
            return Ok(true);
        }
        self.deliver(&held, certificate, effects)
    }

    /// Whether the authors signed a final block's transactions. The certificate covers what they signed and not the
    /// signatures, which a verifier of a record wants to see. Most transactions are pending here and were checked
    /// before.
    fn are_signed(&self, transactions: &[Arc<CheckedTransaction>]) -> bool {
        let is_new = |one: &&Arc<CheckedTransaction>| {
            let known = self.mempool.get(&one.id()).map(|known| known.transaction().signature);
            known != Some(one.transaction().signature)
        };
        let claims: Vec<_> = transactions.iter().filter(is_new).map(|one| one.claim()).collect();
        verify_fixed_batch(Namespace::TRANSACTION, &claims) || mutant::is(mutant::TRUST_AUTHORS)
    }

    /// A validator that starts votes again when it has heard from a quorum and has all blocks that an honest one of
    /// them has.
    pub(crate) fn end_probation(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        let has_all = self.known_height() == Some(self.tip_height());
        if !self.peers.has_heard_quorum(self.voting.committee()) || !has_all {
            return Ok(());
        }
        self.voting.end_probation();
        self.begin(effects)
    }
}
