//! Handles the passing of time: view timeouts and repeated messages. Invariant: this validator never nullifies a view
//! that it finalised. The file `duty.rs` ensures the reverse.

use crate::{Effect, Effects, Simplex, step::certificate, timing::patience};
use chain_types::{Digest, Moment, View, certificate::Step, mutant};

pub(crate) fn tick(simplex: &mut Simplex, now: Moment, effects: &mut Effects) {
    simplex.now = simplex.now.max(now);
    simplex.look_for_work();
    let Some(since) = simplex.waiting_since else { return };
    let view = simplex.view;
    let patience = patience(&simplex.timing, simplex.runs_since, view);
    // A deliberately broken variant; the simulator must detect it.
    let gives_up = simplex.now >= since.after(patience) && !mutant::is(mutant::NEVER_TIME_OUT);
    let requested = simplex.state(view).requested;
    if gives_up && !requested.nullify && requested.finalise.is_none() && !simplex.committee.is_sole() {
        simplex.request(view, Step::Nullify, Digest::ZERO, effects);
    }
    if simplex.now >= simplex.resend_at {
        simplex.resend_at = simplex.now.after(simplex.timing.resend_ms);
        if !mutant::is(mutant::NEVER_RESEND) {
            resend(simplex, effects);
        }
    }
}

/// Sends votes again that may have been lost: those of the present view and of the one before it.
fn resend(simplex: &mut Simplex, effects: &mut Effects) {
    let Some(me) = simplex.committee.me else { return };
    simplex.examining = None;
    simplex.asked_to_propose = false;
    let view = simplex.view;
    for resent in [View(view.0.saturating_sub(1)), view] {
        let Some(state) = simplex.views.get(&resent) else { continue };
        if let Some((vote, _)) = state.proposal.as_ref().filter(|(vote, _)| vote.signer == me) {
            let vote = vote.clone();
            certificate::justify(simplex, resent, vote.vote.block, effects);
            effects.push(Effect::Announce(vote));
        }
        effects.extend(state.own(me).into_iter().map(Effect::Vote));
    }
    effects.push(Effect::Status(certificate::first_gap(simplex)));
}
