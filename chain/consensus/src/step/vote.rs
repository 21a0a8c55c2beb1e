//! Votes. Invariant: a vote counts once, and a contradiction becomes evidence.

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

/// This validator's vote is durable and signed: count it and say it.
pub(crate) fn signed(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    // The disk may answer after the height was decided without this vote.
    if !simplex.committee.is_about(&vote.vote, simplex.height) {
        return;
    }
    if vote.vote.step == Step::Propose {
        let view = vote.vote.view;
        // A block that is proposed again was born earlier; which view does not matter to its proposer.
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

/// Another validator's vote arrived.
pub(crate) fn heard(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    let counts = vote.vote.step != Step::Propose
        && Some(vote.signer) != simplex.committee.me
        && simplex.committee.is_about(&vote.vote, simplex.height)
        && simplex.is_near(vote.vote.view);
    if !counts {
        return;
    }
    let known = simplex.views.get_mut(&vote.vote.view).and_then(|state| state.votes(vote.vote.step)?.of(vote.signer));
    if known.is_some_and(|known| known.vote == vote.vote) || !simplex.is_signed(&vote) {
        return;
    }
    simplex.waiting_since.get_or_insert(simplex.now);
    count(simplex, vote, effects);
}

fn count(simplex: &mut Simplex, vote: SignedVote, effects: &mut Effects) {
    let (view, step) = (vote.vote.view, vote.vote.step);
    let state = simplex.views.entry(view).or_default();
    let opposite = match step {
        Step::Nullify => state.finalise.of(vote.signer),
        Step::Finalise => state.nullify.of(vote.signer),
        Step::Notarise | Step::Propose => None,
    };
    if let Some(first) = opposite {
        effects.push(Effect::Accuse(Equivocation { first: first.clone(), second: vote.clone() }));
    }
    let Some(votes) = state.votes(step) else { return };
    match votes.add(vote.clone()) {
        Added::New => {}
        Added::Known => return,
        Added::Contradicts(first) => {
            if !mutant::is(mutant::ACCUSE_NOBODY) {
                effects.push(Effect::Accuse(Equivocation { first, second: vote }));
            }
            return;
        }
    }
    if let Some(certificate) = votes.certificate(&simplex.committee, &vote.vote) {
        certificate::accept(simplex, certificate, effects);
    }
}
