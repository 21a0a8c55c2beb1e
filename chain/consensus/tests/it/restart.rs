//! A validator stops in the middle of a height and starts again with what it remembers. It says the same as before and
//! nothing that contradicts it, whatever it is offered.

use crate::fixture::{TIMING, Table, block_of, sign};
use chain_consensus::{Effect, Input, Memory, Simplex};
use chain_types::{
    Digest, Moment, View,
    certificate::{Equivocation, Step},
};

fn assert_consistent(table: &Table, index: usize) {
    let signed = &table.members[index].signed;
    for first in signed {
        assert!(signed.iter().all(|second| !Equivocation::contradicts(&first.vote, &second.vote)));
    }
}

#[test]
fn it_does_not_notarise_another_block_of_the_view() {
    let mut table = Table::new(&[1; 4]);
    let (leader, member) = (table.leader(0), table.leader(1));
    table.absent.insert(leader);
    for block in [block_of(View(0)), Digest([9; 32])] {
        let vote = sign(&table.members[member].committee, leader, View(0), Step::Propose, block);
        table.tell(member, Input::Proposal { vote, born: View(0) });
        table.restart(member);
    }
    assert_eq!(table.members[member].said(Step::Notarise).len(), 1);
    assert_consistent(&table, member);
}

#[test]
fn it_does_not_finalise_a_view_that_it_gave_up() {
    let mut table = Table::new(&[1; 4]);
    let leader = table.leader(0);
    table.is_lost = |input, _| matches!(input, Input::Proposal { .. } | Input::Vote(_));
    table.work();
    table.wait(150);
    let member = table.leader(1);
    assert_eq!(table.members[member].said(Step::Nullify).len(), 1);
    table.restart(member);
    let committee = table.members[member].committee.clone();
    for signer in (0..4).filter(|one| *one != member) {
        let vote = sign(&committee, signer, View(0), Step::Notarise, block_of(View(0)));
        table.tell(member, Input::Vote(vote));
    }
    let vote = sign(&committee, leader, View(0), Step::Propose, block_of(View(0)));
    table.tell(member, Input::Proposal { vote, born: View(0) });
    assert!(table.members[member].said(Step::Finalise).iter().all(|vote| vote.view > View(0)));
    assert_consistent(&table, member);
}

#[test]
fn a_leader_says_its_own_proposal_again() {
    let mut table = Table::new(&[1; 4]);
    let leader = table.leader(0);
    table.is_lost = |_, _| true;
    table.work();
    assert_eq!(table.members[leader].said(Step::Propose).len(), 1);
    table.restart(leader);
    table.is_lost = |_, _| false;
    table.work();
    table.wait(100);
    assert_eq!(table.decision(), Some((block_of(View(0)), View(0))));
    assert_consistent(&table, leader);
}

#[test]
fn everyone_restarts_at_once_and_goes_on() {
    for lost in [Step::Notarise, Step::Finalise, Step::Nullify] {
        let mut table = Table::new(&[1; 4]);
        table.is_lost = match lost {
            Step::Notarise => |input, _| matches!(input, Input::Vote(vote) if vote.vote.step == Step::Notarise),
            Step::Nullify => |input, _| !matches!(input, Input::Vote(vote) if vote.vote.step == Step::Nullify),
            _ => |input, _| matches!(input, Input::Vote(vote) if vote.vote.step == Step::Finalise),
        };
        table.work();
        table.wait(150);
        for member in 0..4 {
            table.restart(member);
        }
        table.is_lost = |_, _| false;
        table.work();
        table.wait(2_000);
        assert!(table.decision().is_some(), "{lost:?}");
        for member in 0..4 {
            assert_consistent(&table, member);
        }
    }
}

/// Alone, a vote whose block was lost with the power is one that nobody heard: the next view replaces it.
#[test]
fn alone_it_goes_on_in_the_next_view() {
    let table = Table::new(&[1]);
    let committee = table.members[0].committee.clone();
    let vote = sign(&committee, 0, View(0), Step::Finalise, block_of(View(0)));
    let memory = Memory { votes: vec![vote.clone()], ..Memory::default() };
    let mut simplex = Simplex::new(committee, TIMING, vote.vote.height, Moment(0), memory);
    let mut effects = Vec::new();
    simplex.step(Input::Work, &mut effects);
    assert_eq!(effects, [Effect::Propose { view: View(1), again: None }]);
}
