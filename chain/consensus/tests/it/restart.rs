//! A validator stops in the middle of a height and restarts from its durable record. It may repeat its votes.
//! No message makes it sign a vote that conflicts with them.

use crate::fixture::{Network, TIMING, block_of, sign};
use chain_consensus::{Effect, Input, Memory, Simplex};
use chain_types::{
    Digest, Moment, View,
    certificate::{Equivocation, Step},
};

fn assert_consistent(network: &Network, index: usize) {
    let signed = &network.members[index].signed;
    for first in signed {
        assert!(signed.iter().all(|second| !Equivocation::contradicts(&first.vote, &second.vote)));
    }
}

#[test]
fn a_restarted_validator_does_not_notarise_another_block_of_the_view() {
    let mut network = Network::new(&[1; 4]);
    let (leader, member) = (network.leader(0), network.leader(1));
    network.absent.insert(leader);
    for block in [block_of(View(0)), Digest([9; 32])] {
        let vote = sign(&network.members[member].committee, leader, View(0), Step::Propose, block);
        network.deliver(member, Input::Proposal { vote, born: View(0) });
        network.restart(member);
    }
    assert_eq!(network.members[member].votes(Step::Notarise).len(), 1);
    assert_consistent(&network, member);
}

#[test]
fn a_restarted_validator_does_not_finalise_a_view_that_it_gave_up() {
    let mut network = Network::new(&[1; 4]);
    let leader = network.leader(0);
    network.is_lost = |input, _| matches!(input, Input::Proposal { .. } | Input::Vote(_));
    network.work();
    network.wait(150);
    let member = network.leader(1);
    assert_eq!(network.members[member].votes(Step::Nullify).len(), 1);
    network.restart(member);
    let committee = network.members[member].committee.clone();
    for signer in (0..4).filter(|one| *one != member) {
        let vote = sign(&committee, signer, View(0), Step::Notarise, block_of(View(0)));
        network.deliver(member, Input::Vote(vote));
    }
    let vote = sign(&committee, leader, View(0), Step::Propose, block_of(View(0)));
    network.deliver(member, Input::Proposal { vote, born: View(0) });
    assert!(network.members[member].votes(Step::Finalise).iter().all(|vote| vote.view > View(0)));
    assert_consistent(&network, member);
}

#[test]
fn a_restarted_leader_sends_its_own_proposal_again() {
    let mut network = Network::new(&[1; 4]);
    let leader = network.leader(0);
    network.is_lost = |_, _| true;
    network.work();
    assert_eq!(network.members[leader].votes(Step::Propose).len(), 1);
    network.restart(leader);
    network.is_lost = |_, _| false;
    network.work();
    network.wait(100);
    assert_eq!(network.decision(), Some((block_of(View(0)), View(0))));
    assert_consistent(&network, leader);
}

#[test]
fn the_height_is_decided_after_all_restart_at_once() {
    for lost in [Step::Notarise, Step::Finalise, Step::Nullify] {
        let mut network = Network::new(&[1; 4]);
        network.is_lost = match lost {
            Step::Notarise => |input, _| matches!(input, Input::Vote(vote) if vote.vote.step == Step::Notarise),
            Step::Nullify => |input, _| !matches!(input, Input::Vote(vote) if vote.vote.step == Step::Nullify),
            _ => |input, _| matches!(input, Input::Vote(vote) if vote.vote.step == Step::Finalise),
        };
        network.work();
        network.wait(150);
        for member in 0..4 {
            network.restart(member);
        }
        network.is_lost = |_, _| false;
        network.work();
        network.wait(2_000);
        assert!(network.decision().is_some(), "{lost:?}");
        for member in 0..4 {
            assert_consistent(&network, member);
        }
    }
}

/// A sole validator's vote whose block was lost in a power failure was never sent, so the next view replaces it.
#[test]
fn a_sole_validator_continues_in_the_next_view() {
    let network = Network::new(&[1]);
    let committee = network.members[0].committee.clone();
    let vote = sign(&committee, 0, View(0), Step::Finalise, block_of(View(0)));
    let memory = Memory { votes: vec![vote.clone()], ..Memory::default() };
    let mut simplex = Simplex::new(committee, TIMING, vote.vote.height, Moment(0), memory);
    let mut effects = Vec::new();
    simplex.step(Input::Work, &mut effects);
    assert_eq!(effects, [Effect::Propose { view: View(1), again: None }]);
}
