//! Nothing fails. The leader's block is notarised and final in the first view, at every validator, under a certificate
//! that a stranger can check; and nobody speaks while there is nothing to decide.

use crate::fixture::{HEIGHT, Table, block_of};
use chain_types::{View, certificate::Step};

#[test]
fn the_first_leaders_block_is_final_everywhere() {
    let mut table = Table::new(&[1; 4]);
    table.work();
    assert_eq!(table.decision(), Some((block_of(View(0)), View(0))));
    for member in &table.members {
        let certificate = member.decided.as_ref().expect("decided");
        assert_eq!(certificate.check(&member.committee.validators), Ok(()));
        assert_eq!((certificate.vote.height, certificate.vote.step), (HEIGHT, Step::Finalise));
        assert_eq!(member.said(Step::Notarise).len(), 1);
        assert!(member.said(Step::Nullify).is_empty() && member.accused.is_empty());
    }
}

#[test]
fn a_block_is_durable_before_anyone_votes_for_it() {
    let mut table = Table::new(&[1; 4]);
    table.work();
    for member in &table.members {
        assert_eq!(member.held, [(block_of(View(0)), View(0))]);
    }
}

#[test]
fn without_anything_to_decide_nobody_speaks() {
    let mut table = Table::new(&[1; 4]);
    table.wait(2_000);
    assert!(table.members.iter().all(|member| member.signed.is_empty() && !member.simplex.is_active()));
}

#[test]
fn whoever_hears_of_work_takes_part() {
    let mut table = Table::new(&[1; 4]);
    let leader = table.leader(0);
    table.tell(leader, chain_consensus::Input::Work);
    assert_eq!(table.decision(), Some((block_of(View(0)), View(0))));
}
