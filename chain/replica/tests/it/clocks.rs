//! Members' clocks are wrong. Block time stays near the clocks of honest voters, both ways; a clock that steps moves no
//! timer, and its member goes on when it is right again, or alone when nobody corrects it.

use crate::{
    fixture::{Machine, START_MS, VALID_FOR_MS},
    group::{FOLLOWER, Group},
};
use chain_replica::CLOCK_BEHIND_MS_MAX;
use chain_types::{Height, TimestampMs};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: u64 = 86_400_000;

fn next(group: &Group) -> Height {
    group.height(0).next()
}

/// The leader's clock is an hour slow: for it an old transaction is valid. The voters refuse its block, and the next
/// leader, whose clock is right, refuses the transaction.
#[test]
fn what_expired_by_the_voters_clocks_does_not_become_final() {
    let mut group = Group::start();
    let leader = group.next_leader();
    let old = group.capture("paid twice");
    group.clocks = [HOUR_MS; 5];
    group.clocks[leader] = 0;
    group.pass();
    group.spreads = false;
    group.tell(leader, &old, FOLLOWER);
    let before = group.height(0);
    group.pass_ms(20_000);
    assert_eq!(group.height(0), before, "no block holds it");
}

#[test]
fn a_block_born_late_is_proposed_by_the_next_leader() {
    let mut group = Group::start();
    let leader = group.next_leader();
    group.clocks[leader] = -i64::try_from(CLOCK_BEHIND_MS_MAX).expect("seconds") - 100;
    let transaction = group.capture("a");
    let height = next(&group);
    group.pass_ms(CLOCK_BEHIND_MS_MAX + 1_000);
    group.submit(FOLLOWER, &transaction);
    group.pass_until_height(height);
    assert_ne!(group.block(height).0, leader, "its clock is too slow");
    let mut group = Group::start();
    let leader = group.next_leader();
    group.clocks[leader] = -i64::try_from(CLOCK_BEHIND_MS_MAX).expect("seconds") + 100;
    group.pass_ms(CLOCK_BEHIND_MS_MAX + 1_000);
    group.submit(FOLLOWER, &transaction);
    group.pass_until_height(height);
    assert_eq!(group.block(height).0, leader, "its clock is slow and near enough");
}

/// Two of four read tomorrow's date, once. Their timers do not care.
#[test]
fn one_wrong_reading_of_two_clocks_stops_nothing() {
    for step in [86_400_000, -86_400_000] {
        let mut group = Group::start();
        group.clocks = [step, step, 0, 0, 0];
        group.pass();
        group.clocks = [0; 5];
        for round in 0..4 {
            let transaction = group.capture(&format!("{step} {round}"));
            let height = next(&group);
            group.submit(FOLLOWER, &transaction);
            group.pass_ms(2_000);
            assert_eq!(group.height(2), height, "a clock off by {step}");
        }
    }
}

/// One of four stays a day off, and leads in its turn: the others refuse its blocks and go on.
#[test]
fn one_clock_that_stays_wrong_stops_nothing() {
    for step in [86_400_000, -86_400_000] {
        let mut group = Group::start();
        group.clocks[1] = step;
        for round in 0..5 {
            let transaction = group.capture(&format!("{step} {round}"));
            let height = next(&group);
            group.submit(FOLLOWER, &transaction);
            group.pass_ms(4_000);
            assert!(group.height(0) >= height, "a clock off by {step}");
        }
    }
}

/// Alone, a block was made while the clock was a day ahead. Blocks go on at that time until the clock has caught up.
#[test]
fn alone_it_goes_on_behind_its_own_block() {
    let mut machine = Machine::with_tenant();
    machine.now = TimestampMs(START_MS + DAY_MS);
    assert!(machine.propose().is_empty(), "it looks at the clock and has nothing to do");
    let transaction = machine.capture("ahead");
    machine.submit(transaction);
    machine.finalise().expect("a block");
    machine.now = TimestampMs(START_MS + DAY_MS);
    let late = machine.capture("back");
    machine.now = TimestampMs(START_MS + 10);
    machine.submit(late);
    let time = |machine: &Machine| machine.replica.tip().expect("a block").0.timestamp_ms;
    let ahead = time(&machine);
    machine.finalise().expect("a block");
    assert_eq!(time(&machine), ahead, "the parent's time, for the clock is behind it");
    machine.now = TimestampMs(START_MS + DAY_MS + VALID_FOR_MS);
    let later = machine.capture("caught up");
    machine.submit(later);
    machine.finalise().expect("a block");
    assert_eq!(time(&machine), machine.now);
}
