//! One height's decision. Invariant: what this validator asked to sign never contradicts itself, in this life or an
//! earlier one ([`Memory`]); everything else may be lost and is asked for again.

use crate::{Committee, Effect, Effects, Input, Memory, Timing, step, view::ViewState};
use chain_types::{Certificate, Digest, Height, SignedVote, TimestampMs, View, Vote, certificate::Step, mutant};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How far ahead of its own view a validator remembers votes and proposals; certificates count from any view.
pub const VIEWS_AHEAD_MAX: u64 = 16;

/// The decision of one height, at one validator.
#[derive(Clone, Debug)]
pub struct Simplex {
    pub(crate) committee: Arc<Committee>,
    pub(crate) timing: Timing,
    pub(crate) height: Height,
    pub(crate) view: View,
    pub(crate) views: BTreeMap<View, ViewState>,
    /// Blocks that were executed here and found true.
    pub(crate) valid: BTreeSet<Digest>,
    /// Blocks that are durable here.
    pub(crate) held: BTreeSet<Digest>,
    pub(crate) decided: bool,
    pub(crate) now: TimestampMs,
    /// When the present view began to wait; `None` while there is nothing to decide.
    pub(crate) waiting_since: Option<TimestampMs>,
    pub(crate) resend_at: TimestampMs,
    /// The replica was asked to build a block for this view, or found that it has none.
    pub(crate) asked_to_propose: bool,
    pub(crate) examining: Option<Digest>,
}

impl Simplex {
    /// A height from its first view, or from what is remembered of it.
    pub fn new(committee: Arc<Committee>, timing: Timing, height: Height, now: TimestampMs, memory: Memory) -> Self {
        let mut simplex = Self {
            committee,
            timing,
            height,
            view: View(0),
            views: BTreeMap::new(),
            valid: BTreeSet::new(),
            held: memory.held.iter().map(|(block, _)| *block).collect(),
            decided: false,
            now,
            waiting_since: None,
            resend_at: now,
            asked_to_propose: false,
            examining: None,
        };
        simplex.remember(memory);
        simplex
    }

    fn remember(&mut self, memory: Memory) {
        let is_sole = self.committee.is_sole();
        if !memory.votes.is_empty() || !memory.certificates.is_empty() {
            self.waiting_since = Some(self.now);
        }
        for signed in memory.votes {
            let vote = &signed.vote;
            // Alone, a vote whose block was never finished is one that nobody heard: a later view replaces it.
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
                Step::Notarise => state.notarisation = Some(certificate),
                Step::Nullify => state.nullification = Some(certificate),
                Step::Finalise | Step::Propose => {}
            }
        }
    }

    /// The height.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// The present view.
    pub const fn view(&self) -> View {
        self.view
    }

    /// Whether the height is decided.
    pub const fn is_decided(&self) -> bool {
        self.decided
    }

    /// Whether anything was said or heard about the height, so that it wants to be decided.
    pub const fn is_active(&self) -> bool {
        self.waiting_since.is_some() && !self.decided
    }

    /// Blocks that may still become final here: proposed, notarised or voted for.
    pub fn wanted(&self) -> BTreeSet<Digest> {
        let of_view = |state: &ViewState| {
            let proposed = state.proposal.iter().map(|(vote, _)| vote.vote.block);
            let voted = state.notarise.blocks().chain(state.finalise.blocks());
            proposed.chain(voted).chain(state.notarised()).collect::<Vec<_>>()
        };
        self.views.values().flat_map(of_view).collect()
    }

    /// Reacts to one input.
    pub fn step(&mut self, input: Input, effects: &mut Effects) {
        if self.decided {
            return;
        }
        match input {
            Input::Tick(now) => step::timer::tick(self, now, effects),
            Input::Work => {
                self.waiting_since.get_or_insert(self.now);
                self.asked_to_propose = false;
            }
            Input::Proposed { view, block } => step::proposal::proposed(self, view, block, effects),
            Input::Proposal { vote, born } => step::proposal::heard(self, vote, born, effects),
            Input::Valid(block) => {
                self.examining = None;
                self.valid.insert(block);
            }
            Input::Signed(vote) => step::vote::signed(self, vote, effects),
            Input::Vote(vote) => step::vote::heard(self, vote, effects),
            Input::Certificate(certificate) => step::certificate::heard(self, certificate, effects),
            Input::Status { from, view } => step::certificate::help(self, from, view, effects),
        }
        step::duty::perform(self, effects);
    }

    pub(crate) fn state(&mut self, view: View) -> &mut ViewState {
        self.views.entry(view).or_default()
    }

    pub(crate) fn vote(&self, view: View, step: Step, block: Digest) -> Vote {
        self.committee.vote(self.height, view, step, block)
    }

    /// Whether a vote or proposal of this view is kept at all.
    pub(crate) fn is_near(&self, view: View) -> bool {
        view.0 <= self.view.0.saturating_add(VIEWS_AHEAD_MAX)
    }

    pub(crate) fn is_signed(&self, vote: &SignedVote) -> bool {
        vote.check(&self.committee.validators) || mutant::is(mutant::TRUST_VOTES)
    }

    /// Asks for a signature under a vote, unless this is a follower.
    pub(crate) fn say(&mut self, view: View, step: Step, block: Digest, effects: &mut Effects) {
        self.state(view).bind(step, block);
        effects.push(Effect::Sign(self.vote(view, step, block)));
    }

    /// What a view may build on, from what is known: the newest notarised block with all views since nullified, or
    /// nothing when every view before was nullified. `None` while a certificate is missing.
    pub(crate) fn basis(&self, view: View) -> Option<Basis> {
        // Alone, what an earlier view voted for was lost before anyone heard of it.
        if self.committee.is_sole() {
            return Some(Basis::Fresh);
        }
        for before in (0..view.0).rev() {
            let state = self.views.get(&View(before))?;
            if let Some(block) = state.notarised() {
                return Some(Basis::Again(block));
            }
            state.nullification.as_ref()?;
        }
        Some(Basis::Fresh)
    }

    /// Whether a proposal may be notarised by what is known.
    pub(crate) fn is_justified(&self, view: View, block: Digest, born: View) -> bool {
        if mutant::is(mutant::IGNORE_NOTARISED) {
            return true;
        }
        let nullified = |before: u64| self.views.get(&View(before)).is_some_and(|state| state.nullification.is_some());
        let notarised = |before: u64| self.views.get(&View(before)).and_then(ViewState::notarised) == Some(block);
        if born == view && (0..view.0).all(nullified) {
            return true;
        }
        (0..view.0).rev().find(|before| notarised(*before) || !nullified(*before)).is_some_and(notarised)
    }

    pub(crate) fn enter(&mut self, view: View) {
        self.view = view;
        self.waiting_since = Some(self.now);
        self.asked_to_propose = false;
        self.examining = None;
    }

    pub(crate) fn certificate_of(&self, view: View) -> impl Iterator<Item = &Certificate> {
        let state = self.views.get(&view);
        state.into_iter().flat_map(|state| [state.notarisation.as_ref(), state.nullification.as_ref()]).flatten()
    }
}

/// What a view may propose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Basis {
    /// A new block.
    Fresh,
    /// This block, again.
    Again(Digest),
}
