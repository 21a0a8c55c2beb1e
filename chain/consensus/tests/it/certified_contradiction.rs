//! A validator says one thing in a vote and another within a certificate, or speaks after the height was decided.
//! Whoever holds both signatures accuses it, once it has seen them, in whichever order they came.

use crate::fixture::{HEIGHT, Table, block_of, sign};
use chain_consensus::Input;
use chain_types::{Certificate, Digest, View, certificate::Step};

/// The validator that contradicts itself.
const LIAR: usize = 3;

fn certificate(table: &Table, signers: [usize; 3], step: Step, block: Digest) -> Certificate {
    let committee = &table.members[0].committee;
    let signatures = signers.map(|signer| sign(committee, signer, View(0), step, block));
    let signatures = signatures.iter().map(|one| (one.signer, one.signature)).collect();
    Certificate { vote: committee.vote(HEIGHT, View(0), step, block), signatures }
}

/// A table without a network: messages arrive only by [`Table::tell`].
fn deaf() -> Table {
    let mut table = Table::new(&[1; 4]);
    table.is_lost = |_, _| true;
    table
}

fn assert_accused(table: &Table) {
    let member = &table.members[0];
    let [evidence] = &member.accused[..] else { panic!("one contradiction, one report: {:?}", member.accused) };
    assert_eq!(usize::from(evidence.first.signer), LIAR);
    assert!(evidence.check(&member.committee.validators));
}

#[test]
fn a_vote_and_then_a_certificate() {
    for step in [Step::Notarise, Step::Finalise] {
        let mut table = deaf();
        let vote = sign(&table.members[0].committee, LIAR, View(0), step, block_of(View(0)));
        table.tell(0, Input::Vote(vote));
        let certified = certificate(&table, [1, 2, LIAR], step, block_of(View(5)));
        table.tell(0, Input::Certificate(certified));
        assert_accused(&table);
    }
}

#[test]
fn a_certificate_and_then_a_vote() {
    for step in [Step::Notarise, Step::Finalise] {
        let mut table = deaf();
        let certified = certificate(&table, [1, 2, LIAR], step, block_of(View(5)));
        table.tell(0, Input::Certificate(certified));
        let vote = sign(&table.members[0].committee, LIAR, View(0), step, block_of(View(0)));
        table.tell(0, Input::Vote(vote));
        assert_accused(&table);
    }
}

#[test]
fn two_certificates() {
    let mut table = deaf();
    let certified = [(Step::Nullify, Digest::ZERO), (Step::Finalise, block_of(View(5)))]
        .map(|(step, block)| certificate(&table, [1, 2, LIAR], step, block));
    for certificate in certified {
        table.tell(0, Input::Certificate(certificate));
    }
    let member = &table.members[0];
    let accused: Vec<_> = member.accused.iter().map(|evidence| evidence.first.signer).collect();
    assert_eq!(accused, [1, 2, 3], "each of them signed both");
    assert!(member.accused.iter().all(|evidence| evidence.check(&member.committee.validators)));
}

/// Of a certificate whose content is known, the signers are not.
#[test]
fn another_certificate_for_the_same_block() {
    let mut table = deaf();
    let vote = sign(&table.members[0].committee, LIAR, View(0), Step::Notarise, block_of(View(0)));
    table.tell(0, Input::Vote(vote));
    for signers in [[0, 1, 2], [1, 2, LIAR]] {
        let certified = certificate(&table, signers, Step::Notarise, block_of(View(5)));
        table.tell(0, Input::Certificate(certified));
    }
    assert_accused(&table);
}

/// A signature that its signer did not make accuses nobody, beside a quorum of good ones.
#[test]
fn a_forged_signature_accuses_nobody() {
    let mut table = deaf();
    let vote = sign(&table.members[0].committee, LIAR, View(0), Step::Notarise, block_of(View(0)));
    table.tell(0, Input::Vote(vote));
    let mut certified = certificate(&table, [0, 1, 2], Step::Notarise, block_of(View(5)));
    let forged = sign(&table.members[0].committee, 1, View(0), Step::Notarise, block_of(View(5)));
    certified.signatures.push((3, forged.signature));
    table.tell(0, Input::Certificate(certified.clone()));
    table.tell(0, Input::Certificate(certified));
    assert!(table.members[0].accused.is_empty());
}
