//! Validators of different weights. More than two thirds of the weight decide, however few validators that is; exactly
//! two thirds do not.

use crate::fixture::Network;

#[test]
fn three_w_must_exceed_two_w() {
    // Of 15 in all, 11 are a quorum and 10 are not.
    for (absent, decides) in [(vec![3, 4], true), (vec![1, 3], false), (vec![0], false), (vec![4], true)] {
        let mut network = Network::new(&[5, 3, 3, 2, 2]);
        network.absent.extend(absent.clone());
        network.work();
        network.wait(10_000);
        assert_eq!(network.decision().is_some(), decides, "without {absent:?}");
    }
}

#[test]
fn exactly_two_thirds_are_not_a_quorum() {
    let mut network = Network::new(&[2, 1]);
    let committee = &network.members[0].committee;
    for (weight, is_quorum) in [(0, false), (2, false), (3, true)] {
        assert_eq!(committee.is_quorum(weight), is_quorum, "{weight} of 3");
    }
    network.absent.insert(1);
    network.work();
    network.wait(2_000);
    assert_eq!(network.decision(), None);
}

#[test]
fn one_validator_decides_alone_and_at_once() {
    let mut network = Network::new(&[1]);
    network.work();
    assert!(network.decision().is_some());
    assert_eq!(network.members[0].signed.len(), 1, "one vote is enough");
}
