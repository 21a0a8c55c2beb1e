//! Connects consensus on one height with block building, execution and commit. Invariant: the effects of consensus are
//! handled in order. The replica leaves a height only after the height's block is durable.

use crate::{
    Message,
    effect::{Effect, Effects, Finalised, HeldBlock},
    ledger::{BlockRequest, WritingBlock},
    mempool::Mempool,
    replica::Replica,
};
use chain_consensus::{Effect as ConsensusEffect, Input as ConsensusInput};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{BlockHeader, Certificate, Digest, SignedVote, TxId, View, beacon::Evidence, mutant};
use std::{collections::VecDeque, sync::Arc};

impl<R: LeafReader> Replica<R> {
    /// Begins to decide the next height, if this replica votes there.
    pub(crate) fn begin(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        self.bodies.stop_gathering();
        let height = self.next_height();
        let Some((memory, held)) = self.voting.begin(height) else { return Ok(()) };
        for one in held {
            self.bodies.keep(one, None);
        }
        self.voting.decide_on(height, self.clock.moment(), memory);
        for message in self.voting.take_early() {
            self.handle_consensus(message, effects)?;
        }
        Ok(())
    }

    /// Gives consensus an input and handles all its effects.
    pub(crate) fn decide(&mut self, input: ConsensusInput, effects: &mut Effects) -> Result<(), ReadFailure> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for ask in self.voting.step(input) {
                if let Some(answer) = self.answer(ask, effects)? {
                    inputs.push_back(answer);
                }
            }
        }
        Ok(())
    }

    fn answer(&mut self, ask: ConsensusEffect, effects: &mut Effects) -> Result<Option<ConsensusInput>, ReadFailure> {
        let send = |message: Message| Effect::Send { to: None, message: Box::new(message) };
        match ask {
            ConsensusEffect::Propose { view, again: None } => {
                let block = self.propose(view, effects)?;
                return Ok(block.map(|block| ConsensusInput::Proposed { view, block }));
            }
            ConsensusEffect::Propose { view, again: Some(block) } => {
                let is_here = match self.gather(block, effects) {
                    Some(held) => self.ledger.examine(&held, self.voting.committee())?,
                    None => false,
                };
                return Ok(is_here.then_some(ConsensusInput::Proposed { view, block }));
            }
            ConsensusEffect::Examine { block } => return self.try_examine(block, effects),
            ConsensusEffect::Hold(block) => {
                if let Some(held) = self.bodies.whole(&block) {
                    effects.push(Effect::Hold(Arc::clone(held)));
                }
            }
            ConsensusEffect::Sign(vote) => {
                self.voting.will_vote_at(vote.height);
                effects.push(Effect::Sign(vote));
            }
            ConsensusEffect::Log(certificate) => effects.push(Effect::Log(certificate)),
            ConsensusEffect::Announce(vote) => {
                if let Some(held) = self.bodies.whole(&vote.vote.block) {
                    let ids = held.transactions.iter().map(|transaction| transaction.id()).collect();
                    let header = Box::new(held.header.clone());
                    effects.push(send(Message::Proposal { vote, header, ids }));
                }
            }
            ConsensusEffect::Vote(vote) => effects.push(send(Message::Vote(vote))),
            ConsensusEffect::Certificate(certificate) => effects.push(send(Message::Certificate(certificate))),
            ConsensusEffect::CertificateTo(index, certificate) => {
                if let Some(validator) = self.voting.committee().validators.validators.get(usize::from(index)) {
                    let message = Box::new(Message::Certificate(certificate));
                    effects.push(Effect::Send { to: Some(validator.key), message });
                }
            }
            ConsensusEffect::Status(view) => effects.push(send(Message::Status { height: self.tip_height(), view })),
            ConsensusEffect::Decided(certificate) => self.decided(certificate, effects)?,
            ConsensusEffect::Accuse(equivocation) => {
                effects.push(Effect::Accuse(Box::new(Evidence::Equivocation(equivocation))));
            }
        }
        Ok(None)
    }

    /// Builds a block for a view; `None` when there is nothing to put into it.
    fn propose(&mut self, view: View, effects: &mut Effects) -> Result<Option<Digest>, ReadFailure> {
        let view_ms = self.voting.role().timing.view_ms;
        let request = BlockRequest { committee: self.voting.committee(), view, now: self.clock.now(), view_ms };
        let built = self.ledger.build(&request, &mut self.mempool, &self.given, effects)?;
        let Some(held) = built else { return Ok(None) };
        self.given.propose(held.header.height);
        let block = held.digest;
        self.bodies.keep(held, self.voting.simplex());
        Ok(Some(block))
    }

    /// Returns a block when it is complete. Otherwise requests the rest from a peer.
    pub(crate) fn gather(&mut self, block: Digest, effects: &mut Effects) -> Option<Arc<HeldBlock>> {
        self.bodies.gather(block, self.voting.committee(), &self.mempool, effects)
    }

    /// Executes a block for consensus, when it is complete.
    fn try_examine(&mut self, block: Digest, effects: &mut Effects) -> Result<Option<ConsensusInput>, ReadFailure> {
        let Some(held) = self.gather(block, effects) else { return Ok(None) };
        if !self.ledger.is_timely(&held.header, self.voting.view(), self.clock.now()) {
            return Ok(None);
        }
        Ok(self.ledger.examine(&held, self.voting.committee())?.then_some(ConsensusInput::Valid(block)))
    }

    /// Continues with a block that has become complete.
    pub(crate) fn completed(&mut self, block: Digest, effects: &mut Effects) -> Result<(), ReadFailure> {
        if let Some(certificate) = self.voting.take_undelivered(block) {
            return self.decided(certificate, effects);
        }
        if let Some(answer) = self.try_examine(block, effects)? {
            self.decide(answer, effects)?;
        }
        Ok(())
    }

    /// Commits the decided block, or requests it when it is missing here.
    fn decided(&mut self, certificate: Certificate, effects: &mut Effects) -> Result<(), ReadFailure> {
        let Some(held) = self.gather(certificate.vote.block, effects) else {
            self.voting.await_block(certificate);
            return Ok(());
        };
        if !self.deliver(&held, certificate.clone(), effects)? {
            self.voting.await_block(certificate);
        }
        Ok(())
    }

    /// Executes a certified block and commits it. Returns whether the result matches its header.
    pub(crate) fn deliver(
        &mut self,
        held: &Arc<HeldBlock>,
        certificate: Certificate,
        effects: &mut Effects,
    ) -> Result<bool, ReadFailure> {
        let is_valid = self.ledger.examine(held, self.voting.committee())?;
        if is_valid {
            self.commit(certificate, effects);
        }
        Ok(is_valid)
    }

    /// Handles a proposal. The leader signed the header, so its vote counts. A list of transactions that the header
    /// does not commit to is ignored, and the right one is requested.
    pub(crate) fn proposal(
        &mut self,
        vote: SignedVote,
        header: BlockHeader,
        ids: Vec<TxId>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let (committee, block) = (self.voting.committee(), vote.vote.block);
        // A deliberately broken variant; the simulator must detect it.
        let is_leaders = vote.signer == committee.leader(vote.vote.height, vote.vote.view)
            || mutant::is(mutant::TRUST_BODIES)
            || mutant::is(mutant::ANY_LEADER);
        let is_whole = header.digest() == block && header.height == vote.vote.height;
        if !is_leaders || !is_whole || !vote.check(&committee.validators) {
            return Ok(());
        }
        let born = header.view;
        let simplex = self.voting.simplex();
        if simplex.is_some_and(|simplex| simplex.awaits(&vote.vote)) || mutant::is(mutant::TRUST_BODIES) {
            self.bodies.name(block, header, ids, simplex);
        }
        self.decide(ConsensusInput::Proposal { vote, born }, effects)
    }

    /// Commits the executed block with its certificate.
    pub(crate) fn commit(&mut self, certificate: Certificate, effects: &mut Effects) {
        let Some(executed) = self.ledger.take_decided() else { return };
        self.voting.decided_by(&certificate, effects);
        self.bodies.clear();
        let commit = self.ledger.commit(executed, certificate);
        self.mempool.forget(commit.seen.iter().map(|(id, _)| *id));
        effects.push(Effect::Persist(Box::new(commit)));
    }

    /// Makes the durable block the tip, and begins the next height.
    pub(crate) fn persisted(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        let Some(WritingBlock { block, digest, ids, transactions }) = self.ledger.persisted() else { return Ok(()) };
        if !mutant::is(mutant::KEEP_WRITTEN) {
            // A transaction may have been submitted again while its block was being written.
            self.mempool.forget(ids.iter().map(|(id, _)| *id));
        }
        self.settle_promises(ids.iter().map(|(id, _)| *id), effects)?;
        self.peers.advanced();
        self.enter_epoch(&block, effects);
        effects.push(Effect::Finalised(Finalised { block, digest, totals: self.ledger.totals(), transactions }));
        self.send_status(effects);
        if let Some(outdated) = self.outdated {
            self.mempool = Mempool::default();
            effects.push(Effect::Outdated(outdated));
            return Ok(());
        }
        if self.voting.is_on_probation() {
            self.end_probation(effects)?;
        } else {
            self.begin(effects)?;
        }
        self.apply_incoming(effects)
    }
}
