//! Between the decision and the rest of the replica. Invariant: the decision's effects are answered in order, and a
//! height is left only with its block durable.

use crate::{
    Message,
    body::Body,
    effect::{Effect, Effects, HeldBlock},
    replica::Replica,
};
use chain_consensus::{Effect as Ask, Input as Answer, Simplex};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{BlockHeader, Certificate, Digest, Height, SignedVote, TxId, View, beacon::Evidence, mutant};
use std::{collections::VecDeque, sync::Arc};

impl<R: LeafReader> Replica<R> {
    /// The height after the last final block.
    pub(crate) fn next_height(&self) -> Height {
        self.tip.as_ref().map_or(Height(1), |(header, _)| header.height.next())
    }

    /// Begins to decide the next height, if this replica votes. At a height before the last one that it voted at it does
    /// not: what it said there is forgotten, because it was final here once.
    pub(crate) fn begin(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        self.past = self.simplex.take().filter(Simplex::is_decided);
        self.gathering = None;
        let (committee, height) = (Arc::clone(&self.committee), self.next_height());
        let is_forgotten = height < self.voted;
        if self.committee.me.is_none() || self.is_muted || self.is_on_probation || is_forgotten {
            return Ok(());
        }
        let (memory, held) = self.remembered.take(height);
        for one in held {
            self.keep(one);
        }
        self.simplex = Some(Simplex::new(committee, self.timing, height, self.at, memory));
        for message in std::mem::take(&mut self.early).into_messages() {
            self.consider(message, effects)?;
        }
        Ok(())
    }

    /// Gives the decision an input and answers all that it asks.
    pub(crate) fn decide(&mut self, input: Answer, effects: &mut Effects) -> Result<(), ReadFailure> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let Some(simplex) = self.simplex.as_mut() else { return Ok(()) };
            let mut asked = Vec::new();
            simplex.step(input, &mut asked);
            for ask in asked {
                if let Some(answer) = self.answer(ask, effects)? {
                    inputs.push_back(answer);
                }
            }
        }
        Ok(())
    }

    fn answer(&mut self, ask: Ask, effects: &mut Effects) -> Result<Option<Answer>, ReadFailure> {
        let send = |message: Message| Effect::Send { to: None, message: Box::new(message) };
        match ask {
            Ask::Propose { view, again: None } => {
                let block = self.build(view, effects)?;
                return Ok(block.map(|block| Answer::Proposed { view, block }));
            }
            Ask::Propose { view, again: Some(block) } => {
                let is_here = match self.gather(block, effects) {
                    Some(held) => self.examine(&held)?,
                    None => false,
                };
                return Ok(is_here.then_some(Answer::Proposed { view, block }));
            }
            Ask::Examine { block } => return self.try_examine(block, effects),
            Ask::Hold(block) => {
                if let Some(Body::Whole(held)) = self.bodies.get(&block) {
                    effects.push(Effect::Hold(Arc::clone(held)));
                }
            }
            Ask::Sign(vote) => {
                self.voted = self.voted.max(vote.height);
                effects.push(Effect::Sign(vote));
            }
            Ask::Log(certificate) => effects.push(Effect::Log(certificate)),
            Ask::Announce(vote) => {
                if let Some(Body::Whole(held)) = self.bodies.get(&vote.vote.block) {
                    let ids = held.transactions.iter().map(|transaction| transaction.id()).collect();
                    let header = Box::new(held.header.clone());
                    effects.push(send(Message::Proposal { vote, header, ids }));
                }
            }
            Ask::Vote(vote) => effects.push(send(Message::Vote(vote))),
            Ask::Certificate(certificate) => effects.push(send(Message::Certificate(certificate))),
            Ask::CertificateTo(index, certificate) => {
                if let Some(validator) = self.committee.validators.validators.get(usize::from(index)) {
                    let message = Box::new(Message::Certificate(certificate));
                    effects.push(Effect::Send { to: Some(validator.key), message });
                }
            }
            Ask::Status(view) => effects.push(send(Message::Status { height: self.tip_height(), view })),
            Ask::Decided(certificate) => self.decided(certificate, effects)?,
            Ask::Accuse(equivocation) => effects.push(Effect::Accuse(Box::new(Evidence::Equivocation(equivocation)))),
        }
        Ok(None)
    }

    /// Executes a block that the decision wants to know about, when it is here.
    fn try_examine(&mut self, block: Digest, effects: &mut Effects) -> Result<Option<Answer>, ReadFailure> {
        let Some(held) = self.gather(block, effects) else { return Ok(None) };
        if !self.is_timely(&held.header) {
            return Ok(None);
        }
        Ok(self.examine(&held)?.then_some(Answer::Valid(block)))
    }

    /// A block that was asked for is here.
    pub(crate) fn completed(&mut self, block: Digest, effects: &mut Effects) -> Result<(), ReadFailure> {
        if let Some(certificate) = self.undelivered.take() {
            if certificate.vote.block == block {
                return self.decided(certificate, effects);
            }
            self.undelivered = Some(certificate);
        }
        if let Some(answer) = self.try_examine(block, effects)? {
            self.decide(answer, effects)?;
        }
        Ok(())
    }

    /// The height is decided: commit its block, or ask for it when it is not here.
    fn decided(&mut self, certificate: Certificate, effects: &mut Effects) -> Result<(), ReadFailure> {
        let Some(held) = self.gather(certificate.vote.block, effects) else {
            self.undelivered = Some(certificate);
            return Ok(());
        };
        if !self.deliver(&held, certificate.clone(), effects)? {
            self.undelivered = Some(certificate);
        }
        Ok(())
    }

    /// Executes a certified block and commits it; whether it was what its header says.
    pub(crate) fn deliver(
        &mut self,
        held: &Arc<HeldBlock>,
        certificate: Certificate,
        effects: &mut Effects,
    ) -> Result<bool, ReadFailure> {
        let is_true = self.examine(held)?;
        if is_true {
            self.commit(certificate, effects);
        }
        Ok(is_true)
    }

    /// A leader's proposal. Its vote counts by what the leader signed, the header; a false list of transactions beside it is
    /// as none, and the true one is asked for.
    pub(crate) fn proposal(
        &mut self,
        vote: SignedVote,
        header: BlockHeader,
        ids: Vec<TxId>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let block = vote.vote.block;
        let is_leaders = vote.signer == self.committee.leader(vote.vote.height, vote.vote.view)
            || mutant::is(mutant::TRUST_BODIES)
            || mutant::is(mutant::ANY_LEADER);
        let is_whole = header.digest() == block && header.height == vote.vote.height;
        if !is_leaders || !is_whole || !vote.check(&self.committee.validators) {
            return Ok(());
        }
        let born = header.view;
        if self.simplex.as_ref().is_some_and(|simplex| simplex.awaits(&vote.vote)) || mutant::is(mutant::TRUST_BODIES) {
            self.name(block, header, ids);
        }
        self.decide(Answer::Proposal { vote, born }, effects)
    }

    /// A message about the last height, which is decided.
    pub(crate) fn hear_late(&mut self, message: Message, effects: &mut Effects) {
        let Some(past) = &mut self.past else { return };
        let input = match message {
            Message::Proposal { vote, header, .. } => Answer::Proposal { vote, born: header.view },
            Message::Vote(vote) => Answer::Vote(vote),
            Message::Certificate(certificate) => Answer::Certificate(certificate),
            _ => return,
        };
        let mut asked = Vec::new();
        past.step(input, &mut asked);
        accuse(asked, effects);
    }

    /// The view of the height under way.
    pub(crate) fn present_view(&self) -> View {
        self.simplex.as_ref().map_or(View(0), Simplex::view)
    }
}

/// What a decided height still asks for.
pub(crate) fn accuse(asked: Vec<Ask>, effects: &mut Effects) {
    let accused = asked.into_iter().filter_map(|ask| match ask {
        Ask::Accuse(equivocation) => Some(Effect::Accuse(Box::new(Evidence::Equivocation(equivocation)))),
        _ => None,
    });
    effects.extend(accused);
}
