//! The replays of Sonnino and others (arXiv 1901.11218) against two-phase commits between honest shards. In the first
//! phase, an answer recorded in one attempt is played into the next, so that shards decide against each other. In the
//! second, a commit is played to a shard again, so that what it pays is paid twice. Both fail here: an answer names its
//! attempt, and a leg pays once even after its trace is gone.

use crate::{
    deal::{Deal, grow_past, leg, observe},
    world::{A, ANNA, B, BERT, World},
};
use chain_types::{
    Height, Operation,
    atomic::{BundlePhase, Decision, Leg, Operation as Crossing},
    limit,
    native::Amount,
};

fn pair() -> Vec<Leg> {
    vec![leg(A, ANNA, BERT, 100), leg(B, BERT, ANNA, 70)]
}

#[test]
fn first_phase_a_recorded_yes_does_not_prepare_the_next_attempt() {
    let mut world = World::with_money();
    let first = Deal::open(&mut world, pair(), 50, 1);
    first.lock_now(&mut world, 1);
    let recorded = world.prove(B, &first.lock_key(1));
    let refuse = first.refuse(&mut world, 0);
    world.applied(A, ANNA, refuse);
    first.report_now(&mut world, 0);
    first.settle_now(&mut world, 1);

    let second = Deal::open(&mut world, pair(), 50, 2);
    second.lock_now(&mut world, 0);
    second.report_now(&mut world, 0);
    let replayed = Crossing::ReportLeg { bundle: second.id, leg: 1, proof: recorded };
    assert_eq!(world.rejected(A, BERT, Operation::Atomic(replayed)), "atomic.proof_mismatch");
    assert_eq!(second.phase(&mut world), BundlePhase::Open { prepared: 1 });
}

#[test]
fn first_phase_a_recorded_no_does_not_abort_the_next_attempt() {
    let mut world = World::with_money();
    let first = Deal::open(&mut world, pair(), 50, 1);
    let refuse = first.refuse(&mut world, 1);
    world.applied(B, BERT, refuse);
    let recorded = world.prove(B, &first.lock_key(1));
    first.report_now(&mut world, 1);
    let aborted = world.prove(A, &first.key());

    let second = Deal::open(&mut world, pair(), 50, 2);
    second.lock_now(&mut world, 0);
    second.lock_now(&mut world, 1);
    let replayed = Crossing::ReportLeg { bundle: second.id, leg: 1, proof: recorded };
    assert_eq!(world.rejected(A, BERT, Operation::Atomic(replayed)), "atomic.proof_mismatch");
    let replayed = Crossing::SettleLeg { bundle: second.id, leg: 1, proof: aborted };
    assert_eq!(world.rejected(B, BERT, Operation::Atomic(replayed)), "atomic.proof_mismatch");
    second.report_now(&mut world, 0);
    assert_eq!(second.report_now(&mut world, 1), second.decided(Decision::Commit));
}

#[test]
fn second_phase_a_replayed_commit_pays_nobody_twice() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 8, 1);
    let stale_lock = deal.lock(&mut world, 1);
    deal.lock_now(&mut world, 0);
    deal.lock_now(&mut world, 1);
    deal.report_now(&mut world, 0);
    deal.report_now(&mut world, 1);
    let commit = deal.settle(&mut world, 1);
    world.applied(B, BERT, commit.clone());
    assert_eq!(world.rejected(B, BERT, commit.clone()), "atomic.leg_settled");

    let deadline = deal.opening.bundle.deadline;
    let mut last = world.tip(A);
    let kept_until = deadline.0 + limit::LOCK_GRACE;
    for (height, code) in [(kept_until - 1, Some("atomic.leg_kept")), (kept_until, None)] {
        last.header.height = Height(height);
        let block = crate::world::certify(last.header.clone(), 0, &[0, 1, 2]);
        world.applied(B, BERT, Operation::Atomic(Crossing::ObserveBeacon { block: Box::new(block) }));
        match code {
            Some(code) => assert_eq!(world.rejected(B, BERT, deal.forget(1)), code),
            None => drop(world.applied(B, BERT, deal.forget(1))),
        }
    }
    assert_eq!(deal.lock_phase(&mut world, 1), None, "the trace is gone");
    assert_eq!(world.rejected(B, BERT, commit.clone()), "atomic.unknown_leg");
    assert_eq!(world.rejected(B, BERT, stale_lock), "atomic.deadline_passed", "and cannot be made again");
    let fresh_lock = deal.lock(&mut world, 1);
    assert_eq!(world.rejected(B, BERT, fresh_lock), "atomic.deadline_passed");
    assert_eq!((world.balance(B, ANNA), world.balance(B, BERT)), (Amount(1_070), Amount(930)));
}

#[test]
fn a_decision_says_nothing_about_the_other_attempt() {
    let mut world = World::with_money();
    let first = Deal::open(&mut world, pair(), 20, 1);
    let second = Deal::open(&mut world, pair(), 20, 2);
    for deal in [&first, &second] {
        deal.lock_now(&mut world, 0);
    }
    first.lock_now(&mut world, 1);
    first.report_now(&mut world, 0);
    first.report_now(&mut world, 1);
    let committed = world.prove(A, &first.key());
    let replayed = Crossing::SettleLeg { bundle: second.id, leg: 0, proof: committed };
    assert_eq!(world.rejected(A, BERT, Operation::Atomic(replayed)), "atomic.proof_mismatch");
    grow_past(&mut world, second.opening.bundle.deadline);
    let seen = observe(&mut world);
    world.applied(B, BERT, seen);
    let expired = second.expire(&mut world, 1);
    let stolen = match expired.clone() {
        Operation::Atomic(Crossing::ExpireLeg { absence, clock, .. }) => {
            Operation::Atomic(Crossing::ExpireLeg { bundle: first.id, leg: 1, absence, clock })
        }
        other => other,
    };
    assert_eq!(world.rejected(A, BERT, stolen), "atomic.bundle_decided");
    assert_eq!(world.applied(A, BERT, expired), second.decided(Decision::Abort));
}
