//! Handles votes. Invariant: a vote counts once. Conflicting votes of one validator are reported as equivocation.

use crate::{
    Effect, Effects, Simplex,
    simplex::Basis,
    step::{certificate, proposal},
    vote_set::Added,
};
use chain_types::{
    SignedVote,
    certificate::{Equivocation, Step},
    mutant,
};

/// Counts and sends this validator's own vote, which is now durable and signed.
pub(crate) fn signed(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    // The disk may answer after the height was decided without this vote.
    if !simplex.committee.is_about(&vote.vote, simplex.height) {
        return;
    }
    if vote.vote.step == Step::Propose {
        let view = vote.vote.view;
        // A block that is proposed again was built in an earlier view. The proposer itself does not need to know which.
        let born = match simplex.basis(view) {
            Some(Basis::Again(block)) if block == vote.vote.block => chain_types::View(0),
            _ => view,
        };
        proposal::signed(simplex, vote, born, effects);
        return;
    }
    effects.push(Effect::Vote(vote.clone()));
    count(simplex, vote, effects);
}

/// Handles another validator's vote.
pub(crate) fn received(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    if is_new(simplex, &vote) {
        count(simplex, vote, effects);
        simplex.look_for_work();
    }
}

/// Handles another validator's vote that no longer decides anything, alone or within a certificate.
pub(crate) fn compare(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    if is_new(simplex, &vote) {
        record(simplex, vote, effects);
    }
}

/// Whether a vote is valid and new from its signer.
fn is_new(simplex: &mut Simplex, vote: &SignedVote) -> bool {
    let counts = vote.vote.step != Step::Propose
        && Some(vote.signer) != simplex.committee.me
        && simplex.committee.is_about(&vote.vote, simplex.height)
        && simplex.is_near(vote.vote.view);
    let known =
        simplex.views.get_mut(&vote.vote.view).and_then(|state| state.votes(vote.vote.step)?.by_signer(vote.signer));
    counts && known.is_none_or(|known| known.vote != vote.vote) && simplex.is_signed(vote)
}

/// Counts a vote, and accepts the certificate that it may complete.
fn count(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    let content = vote.vote.clone();
    if !record(simplex, vote, effects) {
        return;
    }
    let Some(votes) = simplex.views.get_mut(&content.view).and_then(|state| state.votes(content.step)) else { return };
    if let Some(certificate) = votes.certificate(&simplex.committee, &content) {
        certificate::accept(simplex, certificate, effects);
    }
}

/// Records a vote with a valid signature, and reports its signer when it conflicts with an earlier vote. Returns
/// whether it is new.
pub(crate) fn record(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) -> bool {
    let (view, step) = (vote.vote.view, vote.vote.step);
    if view < simplex.below {
        return false;
    }
    simplex.has_votes |= step != Step::Nullify;
    let state = simplex.state(view);
    let opposite = match step {
        Step::Nullify => state.finalise.by_signer(vote.signer),
        Step::Finalise => state.nullify.by_signer(vote.signer),
        Step::Notarise | Step::Propose => None,
    };
    let opposite = opposite.cloned();
    let Some(votes) = state.votes(step) else { return false };
    let added = votes.add(vote.clone());
    if let Some(first) = opposite.filter(|_| added != Added::Known) {
        effects.push(Effect::Accuse(Equivocation { first, second: vote.clone() }));
    }
    match added {
        Added::New => true,
        Added::Known => false,
        Added::Contradicts(first) => {
            // A deliberately broken variant; the simulator must detect it.
            if !mutant::is(mutant::ACCUSE_NOBODY) {
                effects.push(Effect::Accuse(Equivocation { first, second: vote }));
            }
            false
        }
    }
}
