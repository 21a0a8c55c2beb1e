//! Handles block proposals, this validator's own and those of other leaders. Invariant: only the first proposal of a
//! view's leader counts. A different second proposal is reported as equivocation.

use crate::{Effect, Effects, Simplex, step::certificate};
use chain_types::{
    Digest, SignedVote, View,
    certificate::{Equivocation, Step},
    mutant,
};

/// Handles the block that the replica built, or found again, on request.
pub(crate) fn proposed(simplex: &mut Simplex, view: View, block: Digest, effects: &mut Effects) {
    let is_due = view == simplex.view && simplex.state(view).requested.propose.is_none();
    if !is_due {
        return;
    }
    simplex.valid.insert(block);
    if simplex.committee.is_sole() {
        simplex.state(view).bind(Step::Propose, block);
        simplex.request(view, Step::Finalise, block, effects);
        return;
    }
    if simplex.held.insert(block) {
        effects.push(Effect::Hold(block));
    }
    simplex.request(view, Step::Propose, block, effects);
}

/// Handles a leader's proposal.
pub(crate) fn received(simplex: &mut Simplex, vote: SignedVote, born: View, effects: &mut Effects) {
    let view = vote.vote.view;
    // A deliberately broken variant; the simulator must detect it.
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
                state.requested.notarise = None;
                state.proposal = Some((vote, born));
            }
        }
        Some(_) => {}
        None => state.proposal = Some((vote, born)),
    }
}

/// Announces this validator's own signed proposal.
pub(crate) fn signed(simplex: &mut Simplex, vote: SignedVote, born: View, effects: &mut Effects) {
    let block: Digest = vote.vote.block;
    let view = vote.vote.view;
    certificate::justify(simplex, view, block, effects);
    effects.push(Effect::Announce(vote.clone()));
    let state = simplex.state(view);
    if state.proposal.is_none() {
        debug_assert_eq!(state.requested.propose, Some(block), "only requested votes are signed");
        state.proposal = Some((vote, born));
    }
}
