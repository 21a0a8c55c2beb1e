//! A view ends in two ways: one validator saw its block notarised, others saw it nullified, and the fourth, which
//! signed both, is absent. Each side rejects proposals that rest on the certificate it lacks. Leaders therefore send
//! the certificates that justify their proposals, and the height is decided.

use crate::fixture::{HEIGHT, Network, block_of, sign};
use chain_consensus::Input;
use chain_types::{Certificate, Digest, View, certificate::Step};

fn certificate(network: &Network, signers: [usize; 3], step: Step, block: Digest) -> Certificate {
    let committee = &network.members[0].committee;
    let signed = signers.map(|signer| sign(committee, signer, View(0), step, block));
    let signatures = signed.iter().map(|one| (one.signer, one.signature)).collect();
    Certificate { vote: committee.vote(HEIGHT, View(0), step, block), signatures }
}

#[test]
fn validators_that_left_a_view_by_different_certificates_agree() {
    let mut network = Network::new(&[1; 4]);
    network.absent.insert(0);
    network.is_lost = |_, _| true;
    let notarised = certificate(&network, [0, 1, 2], Step::Notarise, block_of(View(0)));
    let nullified = certificate(&network, [0, 1, 3], Step::Nullify, Digest::ZERO);
    for (member, received) in [(1, &nullified), (2, &notarised), (3, &nullified)] {
        network.deliver(member, Input::Certificate(received.clone()));
    }
    assert!(network.members[1..].iter().all(|member| member.simplex.view() == View(1)));
    network.is_lost = |_, _| false;
    network.work();
    network.wait(5_000);
    assert!(network.decision().is_some(), "the height is decided");
}
