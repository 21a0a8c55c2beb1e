//! Bert never locks his leg. From the deadline on, by the time of Bert's shard, that shard no longer locks the leg and
//! anyone may refuse it. The refusal aborts, and Anna's escrow is returned. A deadline ends locking, not deciding: a
//! bundle whose legs are all locked still commits. Each leg's shard goes by its own block time.

use crate::{
    deal::{Deal, leg},
    world::{A, ANNA, B, BERT, C, World},
};
use chain_types::{
    Command, TimestampMs,
    atomic::{self, Bundle, Command as Crossing, Decision, Leg, LockPhase},
    limit,
    native::{Amount, TREASURY},
};

fn pair() -> Vec<Leg> {
    vec![leg(A, ANNA, BERT, 100), leg(B, BERT, ANNA, 70)]
}

#[test]
fn a_leg_that_is_not_locked_in_time_aborts() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 1_000, 1);
    let deadline = deal.opening.bundle.deadline;
    deal.lock_now(&mut world, 0);
    deal.report_now(&mut world, 0);
    let heights = [A, B].map(|shard| world.tip(shard).header.height.0);

    deal.wait(&mut world, 1);
    assert_eq!(world.time(B), deadline);
    assert_eq!(deal.refuse_now(&mut world, 1), deal.refused(1));
    assert_eq!(deal.report_now(&mut world, 1), deal.decided(Decision::Abort));
    assert_eq!(deal.settle_now(&mut world, 0), deal.settled(0, Decision::Abort));
    assert_eq!(world.balance(A, ANNA), Amount(1_000));
    let made = [A, B].map(|shard| world.tip(shard).header.height.0);
    assert_eq!([made[0] - heights[0], made[1] - heights[1]], [2, 1], "and it needs no other block");
}

#[test]
fn before_the_deadline_only_the_debtor_answers_and_from_it_on_nobody_locks() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 1_000, 1);
    let other = Deal::open(&mut world, pair(), 1_000, 2);
    let deadline = deal.opening.bundle.deadline;
    for time in [deadline.0 - 1_000, deadline.0 - 1] {
        world.wait(B, TimestampMs(time));
        for stranger in [ANNA, TREASURY] {
            let refuse = deal.refuse(&mut world, 1);
            assert_eq!(world.rejected(B, stranger, refuse), "atomic.not_debtor");
        }
    }
    other.lock_now(&mut world, 1);
    world.wait(B, deadline);
    for time in [deadline.0, deadline.0 + 1, u64::from(u32::MAX) + deadline.0] {
        world.wait(B, TimestampMs(time));
        let lock = deal.lock(&mut world, 1);
        assert_eq!(world.rejected(B, BERT, lock.clone()), "atomic.deadline_passed");
        assert_eq!(world.rejected(B, ANNA, lock), "atomic.not_debtor");
    }
    let refuse = deal.refuse(&mut world, 1);
    assert_eq!(world.applied(B, BERT, refuse.clone()), deal.refused(1), "the debtor may refuse after the deadline too");
    assert_eq!(world.rejected(B, ANNA, refuse), "atomic.leg_locked", "a leg is refused once");
    let late = deal.lock(&mut world, 1);
    assert_eq!(world.rejected(B, BERT, late), "atomic.leg_locked");
}

#[test]
fn what_was_locked_in_time_stays_and_commits() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 1_000, 1);
    deal.lock_now(&mut world, 0);
    deal.wait(&mut world, 0);
    let early = deal.refuse(&mut world, 1);
    assert_eq!(world.rejected(B, ANNA, early), "atomic.not_debtor", "the other shard is not at the deadline");
    deal.lock_now(&mut world, 1);
    deal.wait(&mut world, 1);
    for leg in deal.legs() {
        for tenant in [ANNA, BERT] {
            let refuse = deal.refuse(&mut world, leg);
            assert_eq!(world.rejected(deal.shard(leg), tenant, refuse), "atomic.leg_locked");
        }
        assert_eq!(deal.lock_phase(&mut world, leg), Some(LockPhase::Prepared));
    }
    deal.report_now(&mut world, 0);
    assert_eq!(
        deal.report_now(&mut world, 1),
        deal.decided(Decision::Commit),
        "all legs are locked, so a late report commits"
    );
}

#[test]
fn a_refusal_by_anyone_needs_a_proof_of_the_coordinators_state() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 1_000, 1);
    deal.wait(&mut world, 1);
    let mut invented = deal.opening.clone();
    invented.bundle.deadline = TimestampMs(1);
    let proof = world.prove(A, &deal.key());
    let refuse = Crossing::RefuseLeg(atomic::LegAnswer { opening: invented, leg: 1, proof });
    assert_eq!(world.rejected(B, ANNA, Command::Atomic(refuse)), "atomic.proof_mismatch", "another deadline");
    let elsewhere = world.prove(B, &deal.key());
    let refuse = Crossing::RefuseLeg(atomic::LegAnswer { opening: deal.opening.clone(), leg: 1, proof: elsewhere });
    assert_eq!(world.rejected(B, ANNA, Command::Atomic(refuse)), "atomic.proof_mismatch", "a proof from another shard");
    let here = deal.refuse(&mut world, 0);
    world.applied(A, ANNA, here);
    deal.report_now(&mut world, 0);
    let decided = deal.refuse(&mut world, 1);
    assert_eq!(world.rejected(B, ANNA, decided), "atomic.bundle_decided", "a decided bundle has no leg to refuse");
}

#[test]
fn a_refused_leg_is_never_locked_even_after_it_is_forgotten() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 1_000, 1);
    let stale = deal.lock(&mut world, 1);
    let refuse = deal.refuse(&mut world, 1);
    world.applied(B, BERT, refuse);
    let kept_until = deal.opening.bundle.deadline.0 + limit::LOCK_GRACE_MS;
    for time in [kept_until - limit::LOCK_GRACE_MS, kept_until - 1] {
        world.wait(B, TimestampMs(time));
        assert_eq!(world.rejected(B, ANNA, deal.forget(1)), "atomic.leg_kept");
        assert_eq!(world.rejected(B, BERT, stale.clone()), "atomic.leg_locked");
    }
    world.wait(B, TimestampMs(kept_until));
    world.applied(B, ANNA, deal.forget(1));
    assert_eq!(deal.lock_phase(&mut world, 1), None);
    assert_eq!(world.rejected(B, BERT, stale), "atomic.deadline_passed");
    deal.refuse_now(&mut world, 1);
    assert_eq!(deal.report_now(&mut world, 1), deal.decided(Decision::Abort), "a forgotten refusal can be made again");
}

#[test]
fn a_deadline_lies_ahead_and_not_too_far() {
    let mut world = World::with_money();
    world.wait(B, TimestampMs(world.time(A).0 + 5));
    let now = world.time(B).0;
    let cases = [
        (0, Some("atomic.deadline_passed")),
        (now - 1, Some("atomic.deadline_passed")),
        (now, Some("atomic.deadline_passed")),
        (now + 1, None),
        (now + limit::BUNDLE_DEADLINE_AHEAD_MS_MAX, None),
        (now + limit::BUNDLE_DEADLINE_AHEAD_MS_MAX + 1, Some("atomic.deadline_too_far")),
        (u64::MAX, Some("atomic.deadline_too_far")),
    ];
    for (deadline, code) in cases {
        let legs = vec![leg(B, BERT, ANNA, 1), leg(C, ANNA, BERT, 1)];
        let bundle = Bundle { legs, deadline: TimestampMs(deadline), attempt: 1, salt: [0; 16] };
        let open = Command::Atomic(Crossing::OpenBundle { bundle });
        match code {
            Some(code) => assert_eq!(world.rejected(B, ANNA, open), code, "{deadline}"),
            None => drop(world.applied(B, ANNA, open)),
        }
    }
}
