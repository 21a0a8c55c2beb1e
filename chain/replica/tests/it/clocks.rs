//! Members have wrong clocks. Block time stays close to the clocks of honest voters in both directions. A clock step
//! moves no timer. Its member continues once the clock is right again; a sole validator continues even with a wrong
//! clock.

use crate::{
    fixture::{Machine, START_MS, VALID_FOR_MS},
    group::{FOLLOWER, Group, VALIDATORS},
};
use chain_replica::CLOCK_BEHIND_MS_MAX;
use chain_types::{Height, TimestampMs};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: u64 = 86_400_000;

fn next(group: &Group) -> Height {
    group.height(0).next()
}

/// The leader's clock is an hour slow, so it considers an expired transaction valid. The voters reject its block, and
/// the next leader, whose clock is right, refuses the transaction.
#[test]
fn a_transaction_expired_by_the_voters_clocks_does_not_become_final() {
    let mut group = Group::start();
    let leader = group.next_leader();
    let old = group.capture("paid twice");
    group.clocks = [HOUR_MS; 5];
    group.clocks[leader] = 0;
    group.pass();
    group.spreads = false;
    group.deliver(leader, &old, FOLLOWER);
    let before = group.height(0);
    group.pass_ms(20_000);
    assert_eq!(group.height(0), before, "no block holds it");
}

#[test]
fn the_block_of_a_leader_with_a_slow_clock_is_replaced() {
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
    assert_eq!(group.block(height).0, leader, "its clock is slow but within the limit");
}

/// Two of four clocks are a day off at one tick only. The first leader of each later height is silent. A view ends only
/// with the votes of the other three, so the timers of the two must still run.
#[test]
fn one_wrong_reading_of_two_clocks_does_not_stop_the_chain() {
    for step in [DAY_MS.cast_signed(), -DAY_MS.cast_signed()] {
        let mut group = Group::start();
        group.clocks = [step, step, 0, 0, 0];
        group.pass();
        group.clocks = [0; 5];
        for round in 0..VALIDATORS {
            let transaction = group.capture(&format!("{step} {round}"));
            let (height, leader) = (next(&group), group.next_leader());
            group.silent = Some(leader);
            group.submit(FOLLOWER, &transaction);
            group.pass_ms(5_000);
            assert_eq!(group.height(0), height, "a clock off by {step}, {leader} is silent");
            assert_ne!(group.block(height).0, leader, "another member replaced it");
        }
    }
}

/// One of four clocks stays a day or a minute off, and its member leads in turn. The others reject its blocks and
/// continue, so the time of the chain stays close to their clocks. By a clock that is a day ahead every transaction has
/// expired; by one that is a minute ahead none has.
#[test]
fn one_permanently_wrong_clock_does_not_stop_the_chain() {
    for step in [DAY_MS.cast_signed(), -DAY_MS.cast_signed(), MINUTE_MS, -MINUTE_MS] {
        let mut group = Group::start();
        group.clocks[1] = step;
        for round in 0..=VALIDATORS {
            // Longer than a block may be old, so a clock that is behind cannot repeat the parent's time.
            group.pass_ms(CLOCK_BEHIND_MS_MAX + 1_000);
            let transaction = group.capture(&format!("{step} {round}"));
            let (height, before) = (next(&group), group.now());
            group.submit(FOLLOWER, &transaction);
            group.pass_until_height(height);
            assert_ne!(group.block(height).0, 1, "a clock off by {step}");
            let time = group.blocks(0).pop().expect("a block").header.timestamp_ms;
            assert!((before..=group.now()).contains(&time.0), "a clock off by {step}");
        }
    }
}

/// A sole validator made a block while its clock was a day ahead. Further blocks keep that time until the clock has
/// caught up.
#[test]
fn a_sole_validator_continues_behind_its_own_block_time() {
    let mut machine = Machine::with_tenant();
    machine.now = TimestampMs(START_MS + DAY_MS);
    assert!(machine.propose().is_empty(), "there is no work");
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
    assert_eq!(time(&machine), ahead, "the parent's time, because the clock is behind it");
    machine.now = TimestampMs(START_MS + DAY_MS + VALID_FOR_MS);
    let later = machine.capture("caught up");
    machine.submit(later);
    machine.finalise().expect("a block");
    assert_eq!(time(&machine), machine.now);
}

#[cfg(waymark_mutants)]
#[test]
#[should_panic(expected = "assertion")]
fn timers_of_the_wall_clock_are_detected() {
    chain_types::mutant::activate(Some(chain_types::mutant::WALL_CLOCK_TIMERS));
    one_wrong_reading_of_two_clocks_does_not_stop_the_chain();
}

#[cfg(waymark_mutants)]
#[test]
#[should_panic(expected = "assertion")]
fn blocks_of_a_wrong_clock_are_detected() {
    chain_types::mutant::activate(Some(chain_types::mutant::IGNORE_CLOCK));
    one_permanently_wrong_clock_does_not_stop_the_chain();
}
