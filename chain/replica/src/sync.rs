//! Keeps a replica up to date with its peers: heights, missing blocks and pending transactions. Invariant: a block from
//! a peer is applied only with a quorum's certificate. The block is executed or, without a vote, applied from its
//! certified write-set [P8, state and write-set].

use crate::{
    Fetched, Message,
    effect::{Effect, Effects, HeldBlock, Refused},
    peers::{FetchMode, LocalPosition},
    replica::Replica,
};
use chain_consensus::{Input as ConsensusInput, Simplex};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    FinalBlock, Height, PublicKey, TimestampMs, View, mutant,
    signature::{Namespace, verify_fixed_batch},
    transaction::CheckedTransaction,
};
use std::sync::Arc;

/// Transactions that are sent again at the same time, at most.
pub const SPREAD_MAX: usize = 256;
/// How long after its expiry, by this replica's clock, a pending transaction is dropped here, in milliseconds.
pub const EXPIRY_GRACE_MS: u64 = 10_000;

impl<R: LeafReader> Replica<R> {
    /// Does the periodic work: sends the status, requests missing blocks, and sends pending transactions again.
    pub(crate) fn run_periodic(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        if self.send_status_if_due(effects) {
            match self.voting.undelivered() {
                Some(block) => {
                    if self.gather(block, effects).is_some() {
                        self.completed(block, effects)?;
                    }
                }
                None => self.bodies.reset_request(),
            }
        }
        self.fetch(effects);
        if self.peers.is_spread_due(self.clock.moment()) {
            self.judge_again(effects)?;
            self.spread_again(effects);
        }
        Ok(())
    }

    /// Sends the status when it is due. Returns whether it was.
    pub(crate) fn send_status_if_due(&mut self, effects: &mut Effects) -> bool {
        let is_due = self.peers.is_status_due(self.clock.moment());
        if is_due {
            self.send_status(effects);
        }
        is_due
    }

    pub(crate) fn send_status(&self, effects: &mut Effects) {
        let message = Message::Status { height: self.tip_height(), view: self.voting.view() };
        effects.push(Effect::Send { to: None, message: Box::new(message) });
    }

    fn spread_again(&mut self, effects: &mut Effects) {
        if self.voting.committee().is_sole() {
            return;
        }
        let expired_before = TimestampMs(self.clock.now().0.saturating_sub(EXPIRY_GRACE_MS));
        // A validator that gave up a view with pending work, which the others may not have, sends all of it.
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

    /// Handles a peer's status.
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
            self.peers.fell_behind(self.clock.moment());
            self.fetch(effects);
        } else if height == self.tip_height()
            && let Some(from) = seat
        {
            self.decide(ConsensusInput::Status { from, view }, effects)?;
        }
        Ok(())
    }

    /// Requests the blocks after the tip from a peer that is ahead.
    fn fetch(&mut self, effects: &mut Effects) {
        if self.is_joining(effects) {
            return;
        }
        let committee = self.voting.committee();
        let here = LocalPosition { committee, tip: self.ledger.tip().height(), at: self.clock.moment() };
        let mode = FetchMode {
            votes: self.voting.simplex().is_some(),
            is_writing: self.ledger.is_writing(),
            with_write_sets: self.ledger.applies_write_sets(committee),
        };
        self.peers.fetch(&here, mode, effects);
    }

    /// Handles final blocks from a peer; the list is empty when the peer has none.
    pub(crate) fn receive_final(
        &mut self,
        from: PublicKey,
        blocks: Vec<Fetched>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        if !self.peers.receive(from, blocks, self.join.is_some()) {
            return Ok(());
        }
        self.apply_incoming(effects)
    }

    /// Applies the blocks that arrived, as long as each is the next one.
    pub(crate) fn apply_incoming(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
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
        // A deliberately broken variant; the simulator must detect it.
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

    /// Whether the authors signed a final block's transactions. The certificate does not cover their signatures, which
    /// a verifier of a record needs. Most transactions are pending here, so their signatures were already checked.
    fn are_signed(&self, transactions: &[Arc<CheckedTransaction>]) -> bool {
        let is_new = |one: &&Arc<CheckedTransaction>| {
            let known = self.mempool.get(&one.id()).map(|known| known.transaction().signature);
            known != Some(one.transaction().signature)
        };
        let claims: Vec<_> = transactions.iter().filter(is_new).map(|one| one.claim()).collect();
        verify_fixed_batch(Namespace::TRANSACTION, &claims) || mutant::is(mutant::TRUST_AUTHORS)
    }

    /// Ends the probation of a restarted validator: it votes again once a quorum has sent its height and it has all
    /// blocks that an honest member of that quorum has.
    pub(crate) fn end_probation(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        let has_all = self.known_height() == Some(self.tip_height());
        if !self.peers.has_quorum_heights(self.voting.committee()) || !has_all {
            return Ok(());
        }
        self.voting.end_probation();
        self.begin(effects)
    }
}
