//! Proposals, this validator's and others'. Invariant: a proposal counts only from the view's leader, and only the
//! first.

use crate::{Effect, Effects, Simplex, step::certificate};
use chain_types::{
    Digest, SignedVote, View,
    certificate::{Equivocation, Step},
    mutant,
};

/// The replica built, or found again, the block that it was asked for.
pub(crate) fn proposed(simplex: &mut Simplex, view: View, block: Digest, effects: &mut Effects) {
    let is_due = view == simplex.view && simplex.state(view).said.propose.is_none();
    if !is_due {
        return;
    }
    simplex.valid.insert(block);
    if simplex.committee.is_sole() {
        simplex.state(view).bind(Step::Propose, block);
        simplex.say(view, Step::Finalise, block, effects);
        return;
    }
    if simplex.held.insert(block) {
        effects.push(Effect::Hold(block));
    }
    simplex.say(view, Step::Propose, block, effects);
}

/// A leader's proposal arrived.
pub(crate) fn heard(simplex: &mut Simplex, vote: SignedVote, born: View, effects: &mut Effects) {
    let view = vote.vote.view;
    let is_leaders = vote.signer == simplex.committee.leader(simplex.height, view) || mutant::is(mutant::ANY_LEADER);
    let counts = vote.vote.step == Step::Propose
        && simplex.committee.is_about(&vote.vote, simplex.height)
        && simplex.is_near(view)
        && born <= view
        && is_leaders
        && simplex.is_signed(&vote);
    if !counts {
        return;
    }
    simplex.has_votes = true;
    simplex.look_for_work();
    let state = simplex.state(view);
    match &state.proposal {
        Some((first, _)) if first.vote != vote.vote => {
            effects.push(Effect::Accuse(Equivocation { first: first.clone(), second: vote.clone() }));
            if mutant::is(mutant::NOTARISE_TWICE) {
                state.said.notarise = None;
                state.proposal = Some((vote, born));
            }
        }
        Some(_) => {}
        None => state.proposal = Some((vote, born)),
    }
}

/// This validator's own proposal is signed.
pub(crate) fn signed(simplex: &mut Simplex, vote: SignedVote, born: View, effects: &mut Effects) {
    let block: Digest = vote.vote.block;
    let view = vote.vote.view;
    certificate::justify(simplex, view, block, effects);
    effects.push(Effect::Announce(vote.clone()));
    let state = simplex.state(view);
    if state.proposal.is_none() {
        debug_assert_eq!(state.said.propose, Some(block), "only what was asked for is signed");
        state.proposal = Some((vote, born));
    }
}
