//! Delivery versus payment over three shards: Anna pays Bert on one, Bert delivers on two others. Each debtor moves its
//! part into escrow, all three legs are reported to the coordinator, it commits, and each leg pays.

use crate::{
    deal::{Deal, legs},
    world::{A, ANNA, B, BERT, C, World},
};
use chain_types::{
    Event,
    atomic::{BundlePhase, Decision, Event as Crossed, LockPhase},
    native::Amount,
};

#[test]
fn when_all_legs_are_prepared_all_pay() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    for leg in deal.legs() {
        let prepared = Event::Atomic(Crossed::LegPrepared { bundle: deal.id, leg });
        assert_eq!(deal.lock_now(&mut world, leg), prepared);
    }
    assert_eq!(world.totals().escrow, 200);
    assert_eq!((world.balance(A, ANNA), world.balance(A, BERT)), (Amount(900), Amount(1_000)), "not paid yet");
    for leg in [0, 2] {
        let reported = Event::Atomic(Crossed::LegReported { bundle: deal.id, leg });
        assert_eq!(deal.report_now(&mut world, leg), reported);
    }
    assert_eq!(deal.phase(&mut world), BundlePhase::Open { prepared: 0b101 });
    let settle = deal.settle(&mut world, 1);
    assert_eq!(world.rejected(B, BERT, settle), "atomic.bundle_undecided");
    assert_eq!(deal.report_now(&mut world, 1), deal.decided(Decision::Commit));
    for leg in [2, 0, 1] {
        assert_eq!(deal.settle_now(&mut world, leg), deal.settled(leg, Decision::Commit), "in any order");
        assert_eq!(deal.lock_phase(&mut world, leg), Some(LockPhase::Settled(Decision::Commit)));
    }
    assert_eq!((world.balance(A, ANNA), world.balance(A, BERT)), (Amount(900), Amount(1_100)));
    assert_eq!((world.balance(B, ANNA), world.balance(B, BERT)), (Amount(1_070), Amount(930)));
    assert_eq!((world.balance(C, ANNA), world.balance(C, BERT)), (Amount(1_030), Amount(970)));
    assert_eq!(world.totals().escrow, 0);
}

#[test]
fn the_coordinator_needs_no_leg_on_the_beacon_shard() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs().split_off(1), 50, 1);
    assert_eq!(deal.opening.coordinator, B);
    for leg in deal.legs() {
        deal.lock_now(&mut world, leg);
    }
    deal.report_now(&mut world, 0);
    assert_eq!(deal.report_now(&mut world, 1), deal.decided(Decision::Commit));
    for leg in deal.legs() {
        deal.settle_now(&mut world, leg);
    }
    assert_eq!((world.balance(B, ANNA), world.balance(C, ANNA)), (Amount(1_070), Amount(1_030)));
}

#[test]
fn a_hand_over_in_the_middle_changes_nothing() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    for leg in deal.legs() {
        deal.lock_now(&mut world, leg);
        world.enter_epoch();
        world.block(A, Vec::new());
    }
    for shard in [A, B, C] {
        world.block(shard, Vec::new());
    }
    for leg in deal.legs() {
        deal.report_now(&mut world, leg);
    }
    world.enter_epoch();
    for leg in deal.legs() {
        assert_eq!(deal.settle_now(&mut world, leg), deal.settled(leg, Decision::Commit));
    }
}
