//! The Simplex state machine of one height at one validator. Invariant: this validator never requests signatures for
//! conflicting votes, even after a restart ([`Memory`]). All other state may be lost and is then fetched again.

use crate::{Committee, Effect, Effects, Input, Memory, VIEWS_KEPT, memory, step, view::ViewState};
use chain_types::{Certificate, Digest, Height, Moment, SignedVote, Timing, View, Vote, certificate::Step, mutant};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The number of views ahead of its own for which a validator keeps votes and proposals. Certificates count from any
/// view.
pub const VIEWS_AHEAD_MAX: u64 = 16;

/// The consensus state of one height, at one validator.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each flag is an independent fact about the height")]
pub struct Simplex {
    pub(crate) committee: Arc<Committee>,
    pub(crate) timing: Timing,
    pub(crate) height: Height,
    pub(crate) view: View,
    pub(crate) views: BTreeMap<View, ViewState>,
    /// Views below this one are settled ([`Memory::below`]): this validator sends no votes in them.
    pub(crate) below: View,
    /// Blocks that were executed here and match their headers.
    pub(crate) valid: BTreeSet<Digest>,
    /// Blocks that are durable here.
    pub(crate) held: BTreeSet<Digest>,
    pub(crate) decided: bool,
    pub(crate) now: Moment,
    /// Transactions are pending.
    pub(crate) has_work: bool,
    /// A validator voted for a block of this height. The block may be final at another validator, or become final.
    pub(crate) has_votes: bool,
    /// The start of the present view's clock; `None` while there is nothing to decide.
    pub(crate) waiting_since: Option<Moment>,
    /// The view in which the clock started to run.
    pub(crate) runs_since: View,
    pub(crate) resend_at: Moment,
    /// The replica was asked to build a block for this view, and may have found that it has nothing to build.
    pub(crate) asked_to_propose: bool,
    pub(crate) examining: Option<Digest>,
}

impl Simplex {
    /// A height at its first view, or restored from its durable record.
    pub fn new(committee: Arc<Committee>, timing: Timing, height: Height, now: Moment, memory: Memory) -> Self {
        let mut simplex = Self {
            committee,
            timing,
            height,
            view: View(0),
            views: BTreeMap::new(),
            below: View(0),
            valid: BTreeSet::new(),
            held: memory.held.iter().map(|(block, _)| *block).collect(),
            decided: false,
            now,
            has_work: false,
            has_votes: false,
            waiting_since: None,
            runs_since: View(0),
            resend_at: now,
            asked_to_propose: false,
            examining: None,
        };
        simplex.remember(memory);
        simplex
    }

    /// Restores the durable record of the height.
    fn remember(&mut self, memory: Memory) {
        let is_sole = self.committee.is_sole();
        self.view = memory.below;
        for signed in memory.votes {
            let vote = &signed.vote;
            if vote.view < memory.below {
                continue;
            }
            self.has_votes |= vote.step != Step::Nullify;
            // A sole validator's vote for an unfinished block was never sent to a peer, so a later view replaces it.
            self.view = self.view.max(if is_sole { vote.view.next() } else { vote.view });
            let state = self.views.entry(vote.view).or_default();
            state.bind(vote.step, vote.block);
            if vote.step == Step::Propose {
                let born =
                    memory.held.iter().find(|(block, _)| *block == vote.block).map_or(vote.view, |(_, view)| *view);
                state.proposal = Some((signed, born));
            } else if let Some(votes) = state.votes(vote.step) {
                votes.add(signed);
            }
        }
        for certificate in memory.certificates {
            self.view = self.view.max(certificate.vote.view.next());
            let state = self.views.entry(certificate.vote.view).or_default();
            match certificate.vote.step {
                Step::Notarise => {
                    state.notarisation = Some(certificate);
                    self.has_votes = true;
                }
                Step::Nullify => state.nullification = Some(certificate),
                Step::Finalise | Step::Propose => {}
            }
        }
        self.below = memory.below;
        self.look_for_work();
    }

    pub const fn height(&self) -> Height {
        self.height
    }

    pub const fn view(&self) -> View {
        self.view
    }

    /// Whether the height is decided.
    pub const fn is_decided(&self) -> bool {
        self.decided
    }

    /// Whether there is something to decide.
    pub const fn is_active(&self) -> bool {
        self.waiting_since.is_some() && !self.decided
    }

    /// Whether this validator nullified the present view and waits for the others to do so.
    pub fn is_waiting_for_others(&self) -> bool {
        self.is_active() && self.views.get(&self.view).is_some_and(|state| state.requested.nullify)
    }

    /// Records that the height was decided elsewhere, by a checked certificate.
    pub fn decided_by(&mut self, certificate: &Certificate, effects: &mut Effects) {
        if !self.decided {
            self.decided = true;
            step::certificate::witness(self, certificate, effects);
        }
    }

    /// The blocks whose transactions are needed here: proposed by their views' leaders, notarised, or voted for by this
    /// validator.
    pub fn wanted(&self) -> BTreeSet<Digest> {
        let of_view = |state: &ViewState| {
            let proposed = state.proposal.iter().map(|(vote, _)| vote.vote.block);
            let requested = [state.requested.propose, state.requested.notarise, state.requested.finalise];
            proposed.chain(requested.into_iter().flatten()).chain(state.notarised()).collect::<Vec<_>>()
        };
        self.views.values().flat_map(of_view).collect()
    }

    /// Whether a leader's proposal is the first of its view here, or repeats the first.
    pub fn awaits(&self, proposal: &Vote) -> bool {
        let first = self.views.get(&proposal.view).and_then(|state| state.proposal.as_ref());
        proposal.step == Step::Propose
            && self.is_near(proposal.view)
            && first.is_none_or(|(first, _)| first.vote == *proposal)
    }

    /// Reacts to one input. After the decision it only compares votes with earlier ones, to detect equivocation.
    pub fn step(&mut self, input: Input, effects: &mut Effects) {
        if self.decided {
            match input {
                Input::Proposal { vote, born } => step::proposal::received(self, vote, born, effects),
                Input::Vote(vote) => step::vote::compare(self, vote, effects),
                Input::Certificate(certificate) => step::certificate::compare(self, &certificate, effects),
                _ => {}
            }
            return;
        }
        match input {
            Input::Tick(now) => step::timer::tick(self, now, effects),
            Input::Work => {
                self.has_work = true;
                self.asked_to_propose = false;
                self.look_for_work();
            }
            Input::Rest => {
                self.has_work = false;
                self.look_for_work();
            }
            Input::Proposed { view, block } => step::proposal::proposed(self, view, block, effects),
            Input::Proposal { vote, born } => step::proposal::received(self, vote, born, effects),
            Input::Valid(block) => {
                self.examining = None;
                self.valid.insert(block);
            }
            Input::Signed(vote) => step::vote::signed(self, vote, effects),
            Input::Vote(vote) => step::vote::received(self, vote, effects),
            Input::Certificate(certificate) => step::certificate::received(self, certificate, effects),
            Input::Status { from, view } => step::certificate::help(self, from, view, effects),
        }
        step::duty::perform(self, effects);
    }

    pub(crate) fn state(&mut self, view: View) -> &mut ViewState {
        let was_nullified = view < self.below;
        self.views.entry(view).or_insert_with(|| ViewState { was_nullified, ..ViewState::default() })
    }

    pub(crate) fn vote(&self, view: View, step: Step, block: Digest) -> Vote {
        self.committee.vote(self.height, view, step, block)
    }

    /// Whether votes and proposals of this view are kept.
    pub(crate) fn is_near(&self, view: View) -> bool {
        view >= self.below && view.0 <= self.view.0.saturating_add(VIEWS_AHEAD_MAX)
    }

    pub(crate) fn is_signed(&self, vote: &SignedVote) -> bool {
        // A deliberately broken variant; the simulator must detect it.
        vote.check(&self.committee.validators) || mutant::is(mutant::TRUST_VOTES)
    }

    /// Binds this validator to a vote and requests its signature.
    pub(crate) fn request(&mut self, view: View, step: Step, block: Digest, effects: &mut Effects) {
        self.state(view).bind(step, block);
        effects.push(Effect::Sign(self.vote(view, step, block)));
    }

    /// The basis of a proposal in this view: the newest notarised block when all views since were nullified, or a new
    /// block when every earlier view was nullified. `None` while a certificate is missing.
    pub(crate) fn basis(&self, view: View) -> Option<Basis> {
        // A sole validator's earlier block was lost before any peer saw it.
        if self.committee.is_sole() {
            return Some(Basis::Fresh);
        }
        for before in (self.below.0..view.0).rev() {
            let state = self.views.get(&View(before))?;
            if let Some(block) = state.notarised() {
                return Some(Basis::Again(block));
            }
            state.nullification.as_ref()?;
        }
        let settled = self.views.range(..self.below).rev().find_map(|(_, state)| state.notarised());
        Some(settled.map_or(Basis::Fresh, Basis::Again))
    }

    /// Whether the known certificates allow this validator to notarise a proposal.
    pub(crate) fn is_justified(&self, view: View, block: Digest, born: View) -> bool {
        if mutant::is(mutant::IGNORE_NOTARISED) {
            return true;
        }
        let later = (self.below.0..view.0).rev().map(|before| self.views.get(&View(before)));
        let settled = self.views.range(..self.below).rev().map(|(_, state)| Some(state));
        for state in later.chain(settled) {
            if state.is_some_and(|state| state.notarised() == Some(block)) {
                return true;
            }
            if !state.is_some_and(ViewState::is_nullified) {
                return false;
            }
        }
        born == view
    }

    /// Enters a view and restarts its clock, if it runs.
    pub(crate) fn enter(&mut self, view: View) {
        self.view = view;
        self.waiting_since = self.waiting_since.map(|_| self.now);
        self.asked_to_propose = false;
        self.examining = None;
        self.look_for_work();
        self.settle();
    }

    /// Starts the view's clock when there is something to decide, and stops it when there is not.
    pub(crate) fn look_for_work(&mut self) {
        if !self.is_at_work() {
            self.waiting_since = None;
        } else if self.waiting_since.is_none() {
            self.waiting_since = Some(self.now);
            self.runs_since = self.view;
        }
    }

    /// Whether there is something to decide: pending transactions, a block that a validator voted for, or a view that
    /// at least one honest validator nullified. A single validator's nullify votes prove nothing.
    fn is_at_work(&self) -> bool {
        let gave_up = || self.views.range(self.view..).flat_map(|(_, state)| state.nullify.signers());
        let weight = || {
            let signers: BTreeSet<u16> = gave_up().collect();
            signers.into_iter().fold(0_u128, |sum, signer| sum.saturating_add(self.committee.weight(signer)))
        };
        self.has_work || self.has_votes || mutant::is(mutant::IDLE_TIMERS) || self.committee.has_honest(weight())
    }

    /// Removes what old views no longer need.
    fn settle(&mut self) {
        let known = u64::try_from(self.views.len()).unwrap_or(u64::MAX);
        if known <= VIEWS_KEPT.saturating_mul(2) {
            return;
        }
        let until = View(self.view.0.saturating_sub(VIEWS_KEPT));
        let below = memory::reach(self.below, until, |view| self.certificate_of(view).next().is_some());
        let notarised = self.views.range(..below).rev();
        let notarised = notarised.filter_map(|(view, state)| Some((*view, state.notarised()?, state.is_nullified())));
        let needed = memory::needed(notarised);
        self.views.retain(|view, _| *view >= below || needed.contains(view));
        self.below = below;
    }

    pub(crate) fn certificate_of(&self, view: View) -> impl Iterator<Item = &Certificate> {
        let state = self.views.get(&view);
        state.into_iter().flat_map(|state| [state.notarisation.as_ref(), state.nullification.as_ref()]).flatten()
    }
}

/// The basis of a view's proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Basis {
    /// A new block.
    Fresh,
    /// This block, again.
    Again(Digest),
}
