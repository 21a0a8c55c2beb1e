//! Tests the league (list of leaders) over many epochs. A member has at most one seat, and believability decides how
//! often it is drawn. Members lead in turn, and a silent leader's view passes to the next.

use chain_beacon::league::{leader, league};
use chain_types::{Digest, Epoch, Height, View};

const RANDOMNESS: Digest = Digest([0x1e; 32]);

#[test]
fn seats_are_distinct_and_at_most_as_many_as_members() {
    for (members, seats, expected) in [(0_usize, 3, 0), (2, 3, 2), (3, 3, 3), (9, 3, 3), (9, 0, 0)] {
        let mut drawn = league(Epoch(1), RANDOMNESS, &vec![5; members], seats);
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), expected);
        assert!(drawn.iter().all(|index| usize::from(*index) < members));
    }
}

#[test]
fn the_first_seat_goes_by_believability() {
    let believabilities = [1_000, 2_000, 0, 7_000];
    let mut first = [0_u32; 4];
    for epoch in 0..10_000 {
        first[usize::from(league(Epoch(epoch), RANDOMNESS, &believabilities, 1)[0])] += 1;
    }
    for (count, expected) in first.iter().zip([1_000, 2_000, 0, 7_000]) {
        assert!(count.abs_diff(expected) <= expected / 10, "{first:?}");
    }
}

#[test]
fn a_member_without_believability_is_drawn_last() {
    for epoch in 0..50 {
        let drawn = league(Epoch(epoch), RANDOMNESS, &[0, 4, 0, 4], 4);
        assert!(drawn[..2].contains(&1) && drawn[..2].contains(&3), "{drawn:?}");
    }
}

#[test]
fn every_height_and_every_view_has_the_next_leader() {
    let league = [4, 2, 7];
    let leaders = |height, view| leader(&league, Height(height), View(view));
    assert_eq!([leaders(3, 0), leaders(4, 0), leaders(5, 0), leaders(6, 0)], [Some(4), Some(2), Some(7), Some(4)]);
    assert_eq!([leaders(3, 1), leaders(3, 2), leaders(3, 3)], [Some(2), Some(7), Some(4)]);
    assert!(leaders(u64::MAX, u64::MAX).is_some());
    assert_eq!(leader(&[], Height(1), View(0)), None);
}
