//! A leader is absent. The others nullify its view, and the next leader's block becomes final. While two of four are
//! absent nothing is decided; when one returns, the height is.

use crate::fixture::{Network, TIMING, block_of};
use chain_types::{View, certificate::Step};

#[test]
fn the_next_leader_takes_over() {
    let mut network = Network::new(&[1; 4]);
    let leader = network.leader(0);
    network.absent.insert(leader);
    network.work();
    // One step of the fixture's clock before the timeout.
    network.wait(TIMING.view_ms - 10);
    assert_eq!(network.decision(), None, "the view has not timed out");
    network.wait(20);
    assert_eq!(network.decision(), Some((block_of(View(1)), View(1))));
}

#[test]
fn several_leaders_in_a_row_are_nullified() {
    let mut network = Network::new(&[1; 7]);
    let away = [network.leader(0), network.leader(1)];
    network.absent.extend(away);
    network.work();
    network.wait(1_000);
    assert_eq!(network.decision(), Some((block_of(View(2)), View(2))));
}

#[test]
fn half_of_the_validators_decide_nothing_until_a_third_one_returns() {
    let mut network = Network::new(&[1; 4]);
    let away = [network.leader(0), network.leader(1)];
    network.absent.extend(away);
    network.work();
    network.wait(5_000);
    assert!(network.members.iter().all(|member| member.decided.is_none()));
    network.absent.remove(&away[0]);
    network.wait(5_000);
    assert!(network.decision().is_some(), "lost votes are sent again");
}

#[test]
fn a_validator_that_nullified_a_view_does_not_finalise_it() {
    let mut network = Network::new(&[1; 4]);
    let leader = network.leader(0);
    network.absent.insert(leader);
    network.work();
    network.wait(500);
    for member in &network.members {
        let nullified: Vec<_> = member.votes(Step::Nullify).iter().map(|vote| vote.view).collect();
        assert!(member.votes(Step::Finalise).iter().all(|vote| !nullified.contains(&vote.view)));
    }
}
