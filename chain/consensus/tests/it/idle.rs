//! Without work no view passes and nothing is signed. Messages of a single validator do not change that. When work
//! arrives, the height continues from the views that its validators are in.

use crate::fixture::{Network, TIMING, block_of, sign};
use chain_consensus::Input;
use chain_types::{Digest, View, certificate::Step};

/// Longer than any number of views.
const LONG_MS: u64 = 20_000;

fn signed(network: &Network) -> usize {
    network.members.iter().map(|member| member.signed.len()).sum()
}

/// A network in which all validators had work and left some views without a proposal, and then had no work any more.
fn after_some_views() -> Network {
    let mut network = Network::new(&[1; 4]);
    network.is_lost = |input, _| matches!(input, Input::Proposal { .. });
    network.builds = false;
    network.work();
    network.wait(3 * TIMING.view_ms_max);
    network.rest();
    network.wait(3 * TIMING.view_ms_max);
    network.is_lost = |_, _| false;
    network
}

#[test]
fn without_work_no_view_passes() {
    let mut network = after_some_views();
    let (before, views) = (signed(&network), network.members.iter().map(|one| one.simplex.view()).collect::<Vec<_>>());
    assert!(views.iter().all(|view| *view > View(0)), "views passed while there was work");
    network.wait(LONG_MS);
    assert_eq!(signed(&network), before);
    assert!(network.members.iter().all(|one| !one.simplex.is_active()));
}

#[test]
fn one_validators_nullify_votes_start_no_clock() {
    let mut network = Network::new(&[1; 4]);
    for view in 0..8 {
        let vote = sign(&network.members[0].committee, 3, View(view), Step::Nullify, Digest::ZERO);
        for member in 0..3 {
            network.deliver(member, Input::Vote(vote.clone()));
        }
    }
    network.wait(LONG_MS);
    assert_eq!(signed(&network), 0);
}

#[test]
fn work_after_a_rest_is_decided_at_once() {
    let mut network = after_some_views();
    network.builds = true;
    let view = network.members.iter().map(|one| one.simplex.view()).max().expect("four members");
    network.work();
    network.wait(TIMING.view_ms - 10);
    assert_eq!(network.decision(), Some((block_of(view), view)), "earlier views do not lengthen the timeout");
}

/// Two of four nullified a view, so at least one of them is honest: the others take part although they have no work.
#[test]
fn a_third_that_gives_a_view_up_is_helped() {
    let mut network = Network::new(&[1; 4]);
    let leader = network.leader(0);
    network.absent.insert(leader);
    let [first, second] = [network.leader(1), network.leader(2)];
    for member in [first, second] {
        network.deliver(member, Input::Work);
    }
    network.wait(LONG_MS);
    assert_eq!(network.decision(), Some((block_of(View(1)), View(1))));
}

/// A vote for a block may lead to its finality, so it counts as work until the height is decided.
#[test]
fn a_vote_for_a_block_is_work() {
    let mut network = Network::new(&[1; 4]);
    let vote = sign(&network.members[0].committee, 3, View(0), Step::Notarise, block_of(View(0)));
    network.deliver(0, Input::Vote(vote));
    network.deliver(0, Input::Rest);
    network.wait(TIMING.view_ms);
    assert_eq!(network.members[0].votes(Step::Nullify).len(), 1);
}
