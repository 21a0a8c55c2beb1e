//! Nothing fails. The leader's block is notarised and final in the first view at every validator, under a certificate
//! that anyone can check. Validators send nothing while there is nothing to decide.

use crate::fixture::{HEIGHT, Network, block_of};
use chain_types::{View, certificate::Step};

#[test]
fn the_first_leaders_block_is_final_everywhere() {
    let mut network = Network::new(&[1; 4]);
    network.work();
    assert_eq!(network.decision(), Some((block_of(View(0)), View(0))));
    for member in &network.members {
        let certificate = member.decided.as_ref().expect("the height is decided");
        assert_eq!(certificate.check(&member.committee.validators), Ok(()));
        assert_eq!((certificate.vote.height, certificate.vote.step), (HEIGHT, Step::Finalise));
        assert_eq!(member.votes(Step::Notarise).len(), 1);
        assert!(member.votes(Step::Nullify).is_empty() && member.accused.is_empty());
    }
}

#[test]
fn a_block_is_durable_before_anyone_votes_for_it() {
    let mut network = Network::new(&[1; 4]);
    network.work();
    for member in &network.members {
        assert_eq!(member.held, [(block_of(View(0)), View(0))]);
    }
}

#[test]
fn without_anything_to_decide_nothing_is_signed() {
    let mut network = Network::new(&[1; 4]);
    network.wait(2_000);
    assert!(network.members.iter().all(|member| member.signed.is_empty() && !member.simplex.is_active()));
}

#[test]
fn validators_without_work_take_part() {
    let mut network = Network::new(&[1; 4]);
    let leader = network.leader(0);
    network.deliver(leader, chain_consensus::Input::Work);
    assert_eq!(network.decision(), Some((block_of(View(0)), View(0))));
}
