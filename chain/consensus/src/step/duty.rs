//! Performs the duties after any input: leave certified views, propose, notarise, finalise. Invariant: this validator
//! requests at most one vote per step and view.

use crate::{Effect, Effects, Simplex, simplex::Basis};
use chain_types::{Digest, View, certificate::Step, mutant};

pub(crate) fn perform(simplex: &mut Simplex, effects: &mut Effects) {
    if simplex.decided || simplex.committee.me.is_none() {
        return;
    }
    leave(simplex);
    propose(simplex, effects);
    notarise(simplex, effects);
    finalise(simplex, effects);
}

/// Certificates may arrive in any order, so every view that has one is left.
fn leave(simplex: &mut Simplex) {
    while simplex.certificate_of(simplex.view).next().is_some() {
        simplex.enter(simplex.view.next());
    }
}

fn propose(simplex: &mut Simplex, effects: &mut Effects) {
    let view = simplex.view;
    let is_leader = simplex.committee.me == Some(simplex.committee.leader(simplex.height, view));
    let Some(since) = simplex.waiting_since else { return };
    let requested = simplex.state(view).requested;
    if !is_leader || simplex.asked_to_propose || requested.propose.is_some() || requested.nullify {
        return;
    }
    let again = match simplex.basis(view) {
        None => return,
        Some(Basis::Fresh) => None,
        Some(Basis::Again(block)) => {
            // Grace time: finalise votes for the notarised block may still arrive and decide the height.
            if simplex.now < since.after(simplex.timing.grace_ms) {
                return;
            }
            Some(block)
        }
    };
    simplex.asked_to_propose = true;
    effects.push(Effect::Propose { view, again });
}

fn notarise(simplex: &mut Simplex, effects: &mut Effects) {
    let view = simplex.view;
    let state = simplex.state(view);
    let requested = state.requested;
    let Some((block, born)) = state.proposal.as_ref().map(|(vote, born)| (vote.vote.block, *born)) else { return };
    if requested.notarise.is_some() || requested.nullify || !simplex.is_justified(view, block, born) {
        return;
    }
    if is_ready(simplex, block, effects) {
        simplex.request(view, Step::Notarise, block, effects);
    }
}

fn finalise(simplex: &mut Simplex, effects: &mut Effects) {
    let due = |(view, state): (&View, &crate::view::ViewState)| {
        // A deliberately broken variant; the simulator must detect it.
        let may = state.requested.finalise.is_none()
            && (!state.requested.nullify || mutant::is(mutant::FINALISE_AFTER_NULLIFY));
        state.notarised().filter(|_| may).map(|block| (*view, block))
    };
    let due: Vec<(View, Digest)> = simplex.views.range(simplex.below..).filter_map(due).collect();
    for (view, block) in due {
        if is_ready(simplex, block, effects) {
            simplex.request(view, Step::Finalise, block, effects);
        }
    }
}

/// Whether the block was executed here [P13, executed before it is voted for]. If so, makes it durable, as every vote
/// for it requires.
fn is_ready(simplex: &mut Simplex, block: Digest, effects: &mut Effects) -> bool {
    if !simplex.valid.contains(&block) && !mutant::is(mutant::SKIP_EXECUTION) {
        if simplex.examining.is_none() {
            simplex.examining = Some(block);
            effects.push(Effect::Examine { block });
        }
        return false;
    }
    if simplex.held.insert(block) {
        effects.push(Effect::Hold(block));
    }
    true
}
