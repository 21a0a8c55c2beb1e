//! Handles certificates: quorums of signed votes. Invariant: an accepted certificate was checked, or built here from
//! checked votes.

use crate::{Effect, Effects, Simplex, step::vote};
use chain_types::{Certificate, Digest, SignedVote, View, certificate::Step, mutant};

/// The maximum number of certificates sent at once to a validator that is behind.
const HELP_MAX: usize = 64;

/// Handles a received certificate.
pub(crate) fn received(simplex: &mut Simplex, mut certificate: Certificate, effects: &mut Effects) {
    if is_known(simplex, &certificate) {
        compare(simplex, &certificate, effects);
    } else if simplex.committee.certifies(&mut certificate, simplex.height) {
        witness(simplex, &certificate, effects);
        accept(simplex, certificate, effects);
    }
}

/// Compares the votes in a checked certificate with the signers' earlier votes, and records them.
pub(crate) fn witness(simplex: &mut Simplex, certificate: &Certificate, effects: &mut Effects) {
    // A deliberately broken variant; the simulator must detect it.
    if mutant::is(mutant::FORGET_SIGNERS) {
        return;
    }
    for signed in votes(certificate) {
        vote::record(simplex, signed, effects);
    }
}

/// As [`witness`], for a certificate that no longer decides anything. Only signatures of new signers are checked.
pub(crate) fn compare(simplex: &mut Simplex, certificate: &Certificate, effects: &mut Effects) {
    if mutant::is(mutant::FORGET_SIGNERS) {
        return;
    }
    for signed in votes(certificate) {
        vote::compare(simplex, signed, effects);
    }
}

/// The signed votes in a certificate, one per signer.
fn votes(certificate: &Certificate) -> impl Iterator<Item = SignedVote> {
    let Certificate { vote, signatures } = certificate;
    signatures.iter().map(|(signer, signature)| SignedVote {
        vote: vote.clone(),
        signer: *signer,
        signature: *signature,
    })
}

fn is_known(simplex: &Simplex, certificate: &Certificate) -> bool {
    simplex.certificate_of(certificate.vote.view).any(|known| known.vote == certificate.vote)
}

/// Stores a certificate of the height and leaves its view, or ends the height by a finalisation.
pub(crate) fn accept(simplex: &mut Simplex, certificate: Certificate, effects: &mut Effects) {
    let view = certificate.vote.view;
    if view < simplex.below && certificate.vote.step == Step::Nullify {
        return;
    }
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
    simplex.has_votes |= certificate.vote.step == Step::Notarise;
    effects.push(Effect::Log(certificate));
    if view >= simplex.view {
        simplex.enter(view.next());
    }
}

/// Sends the certificates that justify a proposal, from the newest: the nullifications back to the view whose block is
/// proposed again, and that view's notarisation. Validators that left those views by other certificates would reject
/// the proposal without them.
pub(crate) fn justify(simplex: &Simplex, view: View, block: Digest, effects: &mut Effects) {
    let mut rests_on = Vec::new();
    for (_, state) in simplex.views.range(..view).rev().take(HELP_MAX) {
        if state.notarised() == Some(block) {
            rests_on.extend(state.notarisation.clone());
            break;
        }
        rests_on.extend(state.nullification.clone());
    }
    effects.extend(rests_on.into_iter().map(Effect::Certificate));
}

/// The first view that ended but whose certificate is not known here; the present view when there is none.
pub(crate) fn first_gap(simplex: &Simplex) -> View {
    let is_open = |view: &u64| simplex.certificate_of(View(*view)).next().is_none();
    (simplex.below.0..simplex.view.0).find(is_open).map_or(simplex.view, View)
}

/// Sends a validator in an earlier view the certificates that ended later views.
pub(crate) fn help(simplex: &mut Simplex, from: u16, view: View, effects: &mut Effects) {
    if view >= simplex.view || mutant::is(mutant::NEVER_HELP) {
        return;
    }
    let known = simplex.views.range(view..).flat_map(|(_, state)| [&state.notarisation, &state.nullification]);
    let certificates = known.flatten().take(HELP_MAX);
    effects.extend(certificates.map(|certificate| Effect::CertificateTo(from, certificate.clone())));
}
