//! This replica's votes on the next height. Invariant: a replica votes only as a member of the committee, never below
//! its highest voted height. A restarted validator of several waits for the heights of a quorum before it votes. A
//! validator stops voting when a final block shows that its journal is an old copy.

mod early;
mod remembered;

use crate::{
    Message, Role,
    effect::{Alarm, Effect, Effects, HeldBlock},
};
use chain_consensus::{Committee, Effect as ConsensusEffect, Input as ConsensusInput, Memory, Simplex};
use chain_types::{Certificate, Digest, Height, Moment, PublicKey, View, beacon::Evidence, mutant};
use early::Early;
pub use early::{EARLY_PROPOSAL_BYTES_MAX, EARLY_PROPOSALS_MAX, EARLY_VOTES_BYTES_MAX, early_bytes_max};
pub(crate) use remembered::Remembered;
use std::sync::Arc;

/// A replica's voting state, and what it keeps for the heights around the one that is being decided.
pub(crate) struct Voting {
    role: Role,
    committee: Arc<Committee>,
    standing: Standing,
    /// The decision of the last height. It still detects equivocation in late messages.
    past: Option<Simplex>,
    /// Votes and certificates from before the start.
    remembered: Remembered,
    /// The highest height that this validator voted at.
    voted: Height,
    /// Messages for the next heights.
    early: Early,
}

/// Whether and how a replica takes part at the next height.
enum Standing {
    /// It has started and does not have the heights of a quorum yet.
    Probation,
    /// It has no vote at this height: a follower, or a validator that already voted at a later height.
    Silent,
    Deciding(Box<Decision>),
    /// The validator's journal is an old copy: it never votes again.
    Muted,
}

/// The height in progress.
struct Decision {
    simplex: Simplex,
    /// The certificate of the decided block, while the block itself is missing here.
    undelivered: Option<Certificate>,
}

impl Voting {
    pub(crate) fn new(role: Role, committee: Committee, remembered: Remembered, voted: Height) -> Self {
        let standing = if committee.is_sole() { Standing::Silent } else { Standing::Probation };
        let (committee, early) = (Arc::new(committee), Early::default());
        Self { role, committee, standing, past: None, remembered, voted, early }
    }

    pub(crate) const fn committee(&self) -> &Arc<Committee> {
        &self.committee
    }

    /// The key that this replica votes with while it is in the committee.
    pub(crate) const fn key(&self) -> PublicKey {
        self.role.key
    }

    pub(crate) const fn role(&self) -> &Role {
        &self.role
    }

    /// Sets the committee that decides from the next height on.
    pub(crate) fn seat(&mut self, committee: Committee) {
        self.committee = Arc::new(committee);
    }

    /// Leaves the decided height. When this replica votes at the next one, returns what is remembered of that height
    /// and its held blocks; [`Self::decide_on`] has to follow. It does not vote below the highest height that it voted
    /// at: that height was once final here, so its votes are forgotten.
    pub(crate) fn begin(&mut self, height: Height) -> Option<(Memory, Vec<Arc<HeldBlock>>)> {
        self.past = match std::mem::replace(&mut self.standing, Standing::Silent) {
            Standing::Deciding(decision) => Some(decision.simplex).filter(Simplex::is_decided),
            other => {
                self.standing = other;
                None
            }
        };
        let may_vote = matches!(self.standing, Standing::Silent) && self.committee.me.is_some() && height >= self.voted;
        may_vote.then(|| self.remembered.take(height))
    }

    /// Starts to decide a height.
    pub(crate) fn decide_on(&mut self, height: Height, at: Moment, memory: Memory) {
        let simplex = Simplex::new(Arc::clone(&self.committee), self.role.timing, height, at, memory);
        self.standing = Standing::Deciding(Box::new(Decision { simplex, undelivered: None }));
    }

    /// The decision in progress, if this replica takes part.
    pub(crate) fn simplex(&self) -> Option<&Simplex> {
        self.decision().map(|decision| &decision.simplex)
    }

    fn decision(&self) -> Option<&Decision> {
        match &self.standing {
            Standing::Deciding(decision) => Some(decision),
            Standing::Probation | Standing::Silent | Standing::Muted => None,
        }
    }

    fn decision_mut(&mut self) -> Option<&mut Decision> {
        match &mut self.standing {
            Standing::Deciding(decision) => Some(decision),
            Standing::Probation | Standing::Silent | Standing::Muted => None,
        }
    }

    /// Gives the decision an input. Returns its effects.
    pub(crate) fn step(&mut self, input: ConsensusInput) -> Vec<ConsensusEffect> {
        let mut outputs = Vec::new();
        if let Some(decision) = self.decision_mut() {
            decision.simplex.step(input, &mut outputs);
        }
        outputs
    }

    /// The view of the height in progress.
    pub(crate) fn view(&self) -> View {
        self.simplex().map_or(View(0), Simplex::view)
    }

    /// Whether this validator leads the next block, as far as it knows.
    pub(crate) fn leads(&self, next: Height) -> bool {
        let leader = || self.committee.leader(next, self.view());
        !self.committee.is_sole() && self.simplex().is_some() && self.committee.me == Some(leader())
    }

    /// Whether there is work that depends on time: a decision in progress, or a decided block that is missing here.
    pub(crate) fn is_active(&self) -> bool {
        self.simplex().is_some_and(Simplex::is_active) || self.undelivered().is_some()
    }

    /// Whether a block's transactions are needed at the height in progress.
    pub(crate) fn wants(&self, block: Digest) -> bool {
        self.simplex().is_some_and(|simplex| simplex.wanted().contains(&block)) || self.undelivered() == Some(block)
    }

    /// The decided block, while it is missing here.
    pub(crate) fn undelivered(&self) -> Option<Digest> {
        self.decision()?.undelivered.as_ref().map(|certificate| certificate.vote.block)
    }

    /// Takes the certificate of a decided block that arrived.
    pub(crate) fn take_undelivered(&mut self, block: Digest) -> Option<Certificate> {
        self.decision_mut()?.undelivered.take_if(|certificate| certificate.vote.block == block)
    }

    /// Keeps the certificate of a decided block until that block arrives.
    pub(crate) fn await_block(&mut self, certificate: Certificate) {
        if let Some(decision) = self.decision_mut() {
            decision.undelivered = Some(certificate);
        }
    }

    /// Ends the decision: its block is here.
    pub(crate) fn decided_by(&mut self, certificate: &Certificate, effects: &mut Effects) {
        if let Some(decision) = self.decision_mut() {
            let mut outputs = Vec::new();
            decision.undelivered = None;
            decision.simplex.decided_by(certificate, &mut outputs);
            accuse(outputs, effects);
        }
    }

    /// Checks a message of the last height for equivocation.
    pub(crate) fn check_late(&mut self, message: Message, effects: &mut Effects) {
        let Some(past) = &mut self.past else { return };
        let input = match message {
            Message::Proposal { vote, header, .. } => ConsensusInput::Proposal { vote, born: header.view },
            Message::Vote(vote) => ConsensusInput::Vote(vote),
            Message::Certificate(certificate) => ConsensusInput::Certificate(certificate),
            _ => return,
        };
        let mut outputs = Vec::new();
        past.step(input, &mut outputs);
        accuse(outputs, effects);
    }

    /// Keeps a committee member's message for a height that has not begun here.
    pub(crate) fn keep_early(&mut self, next: Height, height: Height, message: Message) {
        self.early.keep(&self.committee, next, height, message);
    }

    /// Takes the kept messages, when their height begins.
    pub(crate) fn take_early(&mut self) -> impl Iterator<Item = Message> + use<> {
        std::mem::take(&mut self.early).into_messages()
    }

    pub(crate) fn early_bytes(&self) -> usize {
        self.early.bytes()
    }

    /// Notes that this validator is about to vote at a height.
    pub(crate) fn will_vote_at(&mut self, height: Height) {
        self.voted = self.voted.max(height);
    }

    pub(crate) const fn is_on_probation(&self) -> bool {
        matches!(self.standing, Standing::Probation)
    }

    /// Ends the probation: the heights of a quorum are known.
    pub(crate) fn end_probation(&mut self) {
        if self.is_on_probation() {
            self.standing = Standing::Silent;
        }
    }

    /// Detects an old journal: a final block carries a vote of this validator above its journal's height. `seat` is its
    /// index in the block's committee.
    pub(crate) fn notice_rollback(&mut self, seat: Option<u16>, certificate: &Certificate, effects: &mut Effects) {
        let height = certificate.vote.height;
        let signed = certificate.signatures.iter().any(|(index, _)| Some(*index) == seat);
        let is_muted = matches!(self.standing, Standing::Muted);
        // A deliberately broken variant; the simulator must detect it.
        if signed && height > self.voted && !is_muted && !mutant::is(mutant::IGNORE_ROLLBACK) {
            self.standing = Standing::Muted;
            effects.push(Effect::Alarm(Alarm::JournalRolledBack { height, voted: self.voted }));
        }
    }
}

/// Reports the equivocations that a decided height still detects. Its other effects are ignored.
fn accuse(outputs: Vec<ConsensusEffect>, effects: &mut Effects) {
    let accused = outputs.into_iter().filter_map(|ask| match ask {
        ConsensusEffect::Accuse(equivocation) => Some(Effect::Accuse(Box::new(Evidence::Equivocation(equivocation)))),
        _ => None,
    });
    effects.extend(accused);
}
