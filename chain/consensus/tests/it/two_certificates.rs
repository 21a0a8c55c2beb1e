//! A view ends in two ways at once: one validator saw its block notarised, another saw it nullified, and the fourth,
//! who helped both, is gone. Each refuses what rests on the certificate that it does not know, so proposals say what
//! they rest on, and the height is decided.

use crate::fixture::{HEIGHT, Table, block_of, sign};
use chain_consensus::Input;
use chain_types::{Certificate, Digest, View, certificate::Step};

fn certificate(table: &Table, signers: [usize; 3], step: Step, block: Digest) -> Certificate {
    let committee = &table.members[0].committee;
    let signed = signers.map(|signer| sign(committee, signer, View(0), step, block));
    let signatures = signed.iter().map(|one| (one.signer, one.signature)).collect();
    Certificate { vote: committee.vote(HEIGHT, View(0), step, block), signatures }
}

#[test]
fn those_who_left_a_view_by_different_certificates_agree() {
    let mut table = Table::new(&[1; 4]);
    table.absent.insert(0);
    table.is_lost = |_, _| true;
    let notarised = certificate(&table, [0, 1, 2], Step::Notarise, block_of(View(0)));
    let nullified = certificate(&table, [0, 1, 3], Step::Nullify, Digest::ZERO);
    for (member, heard) in [(1, &nullified), (2, &notarised), (3, &nullified)] {
        table.tell(member, Input::Certificate(heard.clone()));
    }
    assert!(table.members[1..].iter().all(|member| member.simplex.view() == View(1)));
    table.is_lost = |_, _| false;
    table.work();
    table.wait(5_000);
    assert!(table.decision().is_some(), "nobody waits for ever");
}
