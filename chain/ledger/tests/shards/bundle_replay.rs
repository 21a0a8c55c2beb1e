//! The replay attacks of Sonnino et al. (arXiv 1901.11218) on two-phase commits between honest shards. In the first
//! phase, an answer of one attempt is replayed into the next, so that shards decide differently. In the second, a
//! commit is replayed to a shard, so that it pays twice. Both fail here: an answer names its attempt, and a leg pays
//! once even after its record is removed.

use crate::{
    deal::{Deal, leg},
    world::{A, ANNA, B, BERT, World},
};
use chain_types::{
    Command, TimestampMs,
    atomic::{self, BundlePhase, Command as Crossing, Decision, Leg},
    limit,
    native::Amount,
};

fn pair() -> Vec<Leg> {
    vec![leg(A, ANNA, BERT, 100), leg(B, BERT, ANNA, 70)]
}

#[test]
fn first_phase_a_replayed_lock_does_not_prepare_the_next_attempt() {
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
    let replayed = Crossing::ReportLeg(atomic::ReportLeg { bundle: second.id, leg: 1, proof: recorded });
    assert_eq!(world.rejected(A, BERT, Command::Atomic(replayed)), "atomic.proof_mismatch");
    assert_eq!(second.phase(&mut world), BundlePhase::Open { prepared: 1 });
}

#[test]
fn first_phase_a_replayed_refusal_does_not_abort_the_next_attempt() {
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
    let replayed = Crossing::ReportLeg(atomic::ReportLeg { bundle: second.id, leg: 1, proof: recorded });
    assert_eq!(world.rejected(A, BERT, Command::Atomic(replayed)), "atomic.proof_mismatch");
    let replayed = Crossing::SettleLeg(atomic::SettleLeg { bundle: second.id, leg: 1, proof: aborted });
    assert_eq!(world.rejected(B, BERT, Command::Atomic(replayed)), "atomic.proof_mismatch");
    second.report_now(&mut world, 0);
    assert_eq!(second.report_now(&mut world, 1), second.decided(Decision::Commit));
}

#[test]
fn second_phase_a_replayed_commit_pays_nobody_twice() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 8, 1);
    let stale_lock = deal.lock(&mut world, 1);
    let stale_refusal = deal.refuse(&mut world, 1);
    deal.lock_now(&mut world, 0);
    deal.lock_now(&mut world, 1);
    deal.report_now(&mut world, 0);
    deal.report_now(&mut world, 1);
    let commit = deal.settle(&mut world, 1);
    world.applied(B, BERT, commit.clone());
    assert_eq!(world.rejected(B, BERT, commit.clone()), "atomic.leg_settled");

    let kept_until = deal.opening.bundle.deadline.0 + limit::LOCK_GRACE_MS;
    for (time, code) in [(kept_until - 1, Some("atomic.leg_kept")), (kept_until, None)] {
        world.wait(B, TimestampMs(time));
        match code {
            Some(code) => assert_eq!(world.rejected(B, BERT, deal.forget(1)), code),
            None => drop(world.applied(B, BERT, deal.forget(1))),
        }
    }
    assert_eq!(deal.lock_phase(&mut world, 1), None, "the leg's record is removed");
    assert_eq!(world.rejected(B, BERT, commit.clone()), "atomic.unknown_leg");
    assert_eq!(world.rejected(B, BERT, stale_lock), "atomic.deadline_passed", "the leg cannot be locked again");
    let fresh_lock = deal.lock(&mut world, 1);
    assert_eq!(world.rejected(B, BERT, fresh_lock), "atomic.deadline_passed");
    assert_eq!(
        world.applied(B, ANNA, stale_refusal),
        deal.refused(1),
        "a proof from when the bundle was open still refuses"
    );
    let report = deal.report(&mut world, 1);
    assert_eq!(world.rejected(A, ANNA, report), "atomic.bundle_decided", "a late refusal does not change the decision");
    assert_eq!(
        world.rejected(B, BERT, commit),
        "atomic.leg_settled",
        "a refused leg holds nothing that a commit could pay"
    );
    assert_eq!((world.balance(B, ANNA), world.balance(B, BERT)), (Amount(1_070), Amount(930)));
}

#[test]
fn a_decision_does_not_apply_to_another_attempt() {
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
    let replayed = Crossing::SettleLeg(atomic::SettleLeg { bundle: second.id, leg: 0, proof: committed });
    assert_eq!(world.rejected(A, BERT, Command::Atomic(replayed)), "atomic.proof_mismatch");
    second.wait(&mut world, 1);
    second.refuse_now(&mut world, 1);
    let proof = world.prove(B, &second.lock_key(1));
    let stolen = Crossing::ReportLeg(atomic::ReportLeg { bundle: first.id, leg: 1, proof });
    assert_eq!(world.rejected(A, BERT, Command::Atomic(stolen)), "atomic.bundle_decided");
    assert_eq!(second.report_now(&mut world, 1), second.decided(Decision::Abort));
}
