//! A debtor refuses its leg, cannot pay it, or its receiver does not exist. The refusal is recorded at once, the
//! coordinator aborts on it, and the other legs' escrow is returned.

use crate::{
    deal::{Deal, leg, legs},
    world::{A, ANNA, B, BERT, C, NOBODY, World},
};
use chain_types::{
    atomic::{BundlePhase, Decision, LockPhase},
    native::Amount,
};

#[test]
fn a_refusal_by_a_debtor_aborts_all() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    deal.lock_now(&mut world, 0);
    deal.lock_now(&mut world, 1);
    deal.report_now(&mut world, 0);
    let refuse = deal.refuse(&mut world, 2);
    assert_eq!(world.applied(C, BERT, refuse), deal.refused(2));
    assert_eq!(deal.report_now(&mut world, 2), deal.decided(Decision::Abort));
    let late = deal.report(&mut world, 1);
    assert_eq!(world.rejected(A, BERT, late), "atomic.bundle_decided", "a decision does not change");
    for leg in [0, 1] {
        assert_eq!(deal.settle_now(&mut world, leg), deal.settled(leg, Decision::Abort));
    }
    let nothing = deal.settle(&mut world, 2);
    assert_eq!(world.rejected(C, BERT, nothing), "atomic.leg_settled", "a refused leg holds nothing");
    for shard in [A, B, C] {
        assert_eq!((world.balance(shard, ANNA), world.balance(shard, BERT)), (Amount(1_000), Amount(1_000)));
    }
}

#[test]
fn a_leg_that_cannot_be_paid_is_refused_at_once() {
    let cases = [leg(B, BERT, ANNA, 1_001), leg(B, BERT, NOBODY, 1), leg(B, BERT, ANNA, u64::MAX)];
    for unpayable in cases {
        let mut world = World::with_money();
        let deal = Deal::open(&mut world, vec![leg(A, ANNA, BERT, 100), unpayable], 50, 1);
        assert_eq!(deal.lock_now(&mut world, 1), deal.refused(1));
        assert_eq!(deal.report_now(&mut world, 1), deal.decided(Decision::Abort));
        let late = deal.lock(&mut world, 0);
        assert_eq!(world.rejected(A, ANNA, late), "atomic.bundle_decided", "no leg of an aborted bundle can be locked");
    }
}

#[test]
fn of_two_bundles_that_need_one_balance_the_second_aborts_at_once() {
    let mut world = World::with_money();
    let want_all = vec![leg(A, ANNA, BERT, 600), leg(B, BERT, ANNA, 1)];
    let first = Deal::open(&mut world, want_all.clone(), 50, 1);
    let second = Deal::open(&mut world, want_all, 50, 1);
    assert_ne!(first.id, second.id, "equal bundles in two transactions have two ids");
    first.lock_now(&mut world, 0);
    assert_eq!(second.lock_now(&mut world, 0), second.refused(0));
    assert_eq!(second.report_now(&mut world, 0), second.decided(Decision::Abort));
    first.lock_now(&mut world, 1);
    first.report_now(&mut world, 0);
    assert_eq!(first.report_now(&mut world, 1), first.decided(Decision::Commit));
}

#[test]
fn a_lock_by_a_stale_proof_of_an_aborted_bundle_is_returned() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    let stale = deal.lock(&mut world, 0);
    let refuse = deal.refuse(&mut world, 1);
    world.applied(B, BERT, refuse);
    deal.report_now(&mut world, 1);
    assert_eq!(deal.phase(&mut world), BundlePhase::Decided(Decision::Abort));
    world.applied(A, ANNA, stale);
    assert_eq!(deal.lock_phase(&mut world, 0), Some(LockPhase::Prepared));
    assert_eq!(deal.settle_now(&mut world, 0), deal.settled(0, Decision::Abort));
    assert_eq!(world.balance(A, ANNA), Amount(1_000));
}
