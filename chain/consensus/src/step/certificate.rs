//! Certificates. Invariant: one that is accepted was checked or was made here of checked votes.

use crate::{Effect, Effects, Simplex};
use chain_types::{Certificate, View, certificate::Step, mutant};

/// Certificates sent to one validator that is behind, at most.
const HELP_MAX: usize = 64;

/// A certificate arrived.
pub(crate) fn heard(simplex: &mut Simplex, certificate: Certificate, effects: &mut Effects) {
    if !is_known(simplex, &certificate) && simplex.committee.certifies(&certificate, simplex.height) {
        accept(simplex, certificate, effects);
    }
}

fn is_known(simplex: &Simplex, certificate: &Certificate) -> bool {
    simplex.certificate_of(certificate.vote.view).any(|known| known.vote == certificate.vote)
}

pub(crate) fn accept(simplex: &mut Simplex, certificate: Certificate, effects: &mut Effects) {
    let view = certificate.vote.view;
    let state = simplex.state(view);
    let slot = match certificate.vote.step {
        Step::Notarise => &mut state.notarisation,
        Step::Nullify => &mut state.nullification,
        Step::Finalise => {
            simplex.decided = true;
            effects.push(Effect::Decided(certificate));
            return;
        }
        Step::Propose => return,
    };
    if slot.is_some() {
        return;
    }
    *slot = Some(certificate.clone());
    effects.push(Effect::Log(certificate));
    if view >= simplex.view {
        simplex.enter(view.next());
    }
}

/// Tells a validator that is in an earlier view by which certificates it was left.
pub(crate) fn help(simplex: &mut Simplex, from: u16, view: View, effects: &mut Effects) {
    if view >= simplex.view || mutant::is(mutant::NEVER_HELP) {
        return;
    }
    let known = simplex.views.range(view..).flat_map(|(_, state)| [&state.notarisation, &state.nullification]);
    // What its own view rests on it may have lost as well.
    let before = simplex.views.range(..view).flat_map(|(_, state)| [&state.notarisation, &state.nullification]);
    let certificates = known.chain(before).flatten().take(HELP_MAX);
    effects.extend(certificates.map(|certificate| Effect::CertificateTo(from, certificate.clone())));
}
