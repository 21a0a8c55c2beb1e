//! A validator sends one vote and signs a conflicting one within a certificate, also after the height was decided. A
//! validator that has seen both signatures reports it, in whichever order they came.

use crate::fixture::{HEIGHT, Network, block_of, sign};
use chain_consensus::Input;
use chain_types::{Certificate, Digest, View, certificate::Step};

/// The validator with conflicting votes.
const OFFENDER: usize = 3;

fn certificate(network: &Network, signers: [usize; 3], step: Step, block: Digest) -> Certificate {
    let committee = &network.members[0].committee;
    let signatures = signers.map(|signer| sign(committee, signer, View(0), step, block));
    let signatures = signatures.iter().map(|one| (one.signer, one.signature)).collect();
    Certificate { vote: committee.vote(HEIGHT, View(0), step, block), signatures }
}

/// A network that loses every message: inputs arrive only by [`Network::deliver`].
fn offline() -> Network {
    let mut network = Network::new(&[1; 4]);
    network.is_lost = |_, _| true;
    network
}

fn assert_accused(network: &Network) {
    let member = &network.members[0];
    let [evidence] = &member.accused[..] else { panic!("not exactly one report: {:?}", member.accused) };
    assert_eq!(usize::from(evidence.first.signer), OFFENDER);
    assert!(evidence.check(&member.committee.validators));
}

#[test]
fn a_vote_and_then_a_certificate() {
    for step in [Step::Notarise, Step::Finalise] {
        let mut network = offline();
        let vote = sign(&network.members[0].committee, OFFENDER, View(0), step, block_of(View(0)));
        network.deliver(0, Input::Vote(vote));
        let certified = certificate(&network, [1, 2, OFFENDER], step, block_of(View(5)));
        network.deliver(0, Input::Certificate(certified));
        assert_accused(&network);
    }
}

#[test]
fn a_certificate_and_then_a_vote() {
    for step in [Step::Notarise, Step::Finalise] {
        let mut network = offline();
        let certified = certificate(&network, [1, 2, OFFENDER], step, block_of(View(5)));
        network.deliver(0, Input::Certificate(certified));
        let vote = sign(&network.members[0].committee, OFFENDER, View(0), step, block_of(View(0)));
        network.deliver(0, Input::Vote(vote));
        assert_accused(&network);
    }
}

#[test]
fn two_certificates() {
    let mut network = offline();
    let certified = [(Step::Nullify, Digest::ZERO), (Step::Finalise, block_of(View(5)))]
        .map(|(step, block)| certificate(&network, [1, 2, OFFENDER], step, block));
    for certificate in certified {
        network.deliver(0, Input::Certificate(certificate));
    }
    let member = &network.members[0];
    let accused: Vec<_> = member.accused.iter().map(|evidence| evidence.first.signer).collect();
    assert_eq!(accused, [1, 2, 3], "each of them signed both certificates");
    assert!(member.accused.iter().all(|evidence| evidence.check(&member.committee.validators)));
}

/// A second certificate with the same content can have other signers.
#[test]
fn another_certificate_for_the_same_block() {
    let mut network = offline();
    let vote = sign(&network.members[0].committee, OFFENDER, View(0), Step::Notarise, block_of(View(0)));
    network.deliver(0, Input::Vote(vote));
    for signers in [[0, 1, 2], [1, 2, OFFENDER]] {
        let certified = certificate(&network, signers, Step::Notarise, block_of(View(5)));
        network.deliver(0, Input::Certificate(certified));
    }
    assert_accused(&network);
}

/// A forged signature next to a valid quorum accuses nobody.
#[test]
fn a_forged_signature_accuses_nobody() {
    let mut network = offline();
    let vote = sign(&network.members[0].committee, OFFENDER, View(0), Step::Notarise, block_of(View(0)));
    network.deliver(0, Input::Vote(vote));
    let mut certified = certificate(&network, [0, 1, 2], Step::Notarise, block_of(View(5)));
    let forged = sign(&network.members[0].committee, 1, View(0), Step::Notarise, block_of(View(5)));
    certified.signatures.push((3, forged.signature));
    network.deliver(0, Input::Certificate(certified.clone()));
    network.deliver(0, Input::Certificate(certified));
    assert!(network.members[0].accused.is_empty());
}
