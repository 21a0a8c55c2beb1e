//! Validators of different weights. More than two thirds of the weight decide, however few they are, and two thirds do
//! not.

use crate::fixture::Table;

#[test]
fn three_w_must_exceed_two_w() {
    // Of 15, 11 are a quorum and 10 are not.
    for (absent, decides) in [(vec![3, 4], true), (vec![1, 3], false), (vec![0], false), (vec![4], true)] {
        let mut table = Table::new(&[5, 3, 3, 2, 2]);
        table.absent.extend(absent.clone());
        table.work();
        table.wait(10_000);
        assert_eq!(table.decision().is_some(), decides, "without {absent:?}");
    }
}

#[test]
fn exactly_two_thirds_are_no_quorum() {
    let mut table = Table::new(&[2, 1]);
    let committee = &table.members[0].committee;
    for (weight, is_quorum) in [(0, false), (2, false), (3, true)] {
        assert_eq!(committee.is_quorum(weight), is_quorum, "{weight} of 3");
    }
    table.absent.insert(1);
    table.work();
    table.wait(2_000);
    assert_eq!(table.decision(), None);
}

#[test]
fn one_validator_decides_alone_and_at_once() {
    let mut table = Table::new(&[1]);
    table.work();
    assert!(table.decision().is_some());
    assert_eq!(table.members[0].signed.len(), 1, "it needs one vote only");
}
