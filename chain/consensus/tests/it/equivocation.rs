//! A validator votes for two blocks. Its second vote does not count, and the two votes together are evidence that
//! anyone can check. An honest validator is never accused.

use crate::fixture::{Network, block_of, sign};
use chain_consensus::Input;
use chain_types::{Digest, View, certificate::Step};

const OTHER: Digest = Digest([9; 32]);

#[test]
fn two_proposals_of_a_leader_convict_it() {
    let mut network = Network::new(&[1; 4]);
    let (leader, receiver) = (network.leader(0), network.leader(1));
    network.absent.insert(leader);
    for block in [block_of(View(0)), OTHER] {
        let vote = sign(&network.members[receiver].committee, leader, View(0), Step::Propose, block);
        network.deliver(receiver, Input::Proposal { vote, born: View(0) });
    }
    let member = &network.members[receiver];
    let [evidence] = &member.accused[..] else { panic!("not exactly one report") };
    assert_eq!(usize::from(evidence.first.signer), leader);
    assert!(evidence.check(&member.committee.validators));
    let notarised: Vec<_> = member.votes(Step::Notarise).iter().map(|vote| vote.block).collect();
    assert_eq!(notarised, [block_of(View(0))], "the first proposal counts");
}

#[test]
fn each_kind_of_contradiction_is_reported() {
    let cases = [
        ((Step::Notarise, OTHER), (Step::Notarise, block_of(View(0)))),
        ((Step::Finalise, OTHER), (Step::Finalise, block_of(View(0)))),
        ((Step::Nullify, Digest::ZERO), (Step::Finalise, OTHER)),
        ((Step::Finalise, OTHER), (Step::Nullify, Digest::ZERO)),
    ];
    for (first, second) in cases {
        let mut network = Network::new(&[1; 4]);
        network.absent.extend([0, 1, 2]);
        for (step, block) in [first, second] {
            let vote = sign(&network.members[3].committee, 2, View(0), step, block);
            network.deliver(3, Input::Vote(vote));
        }
        let member = &network.members[3];
        assert!(member.accused.iter().all(|evidence| evidence.check(&member.committee.validators)));
        assert_eq!(member.accused.len(), 1, "{first:?} then {second:?}");
    }
}

#[test]
fn compatible_votes_accuse_nobody() {
    let mut network = Network::new(&[1; 4]);
    network.absent.extend([0, 1, 2]);
    let votes = [
        (View(0), Step::Notarise, OTHER),
        (View(0), Step::Notarise, OTHER),
        (View(0), Step::Nullify, Digest::ZERO),
        (View(1), Step::Notarise, block_of(View(1))),
        (View(1), Step::Finalise, block_of(View(1))),
    ];
    for (view, step, block) in votes {
        let vote = sign(&network.members[3].committee, 2, view, step, block);
        network.deliver(3, Input::Vote(vote));
    }
    assert!(network.members[3].accused.is_empty());
}

#[test]
fn a_vote_with_another_signers_index_accuses_nobody() {
    let mut network = Network::new(&[1; 4]);
    network.absent.extend([0, 1, 2]);
    for block in [OTHER, block_of(View(0))] {
        let mut vote = sign(&network.members[3].committee, 2, View(0), Step::Notarise, block);
        vote.signer = 1;
        network.deliver(3, Input::Vote(vote));
    }
    assert!(network.members[3].accused.is_empty());
}
