//! Bert never locks his leg. When the beacon shard has reached the deadline and Bert's shard knows it, that shard locks
//! the leg no more; its state without a lock is then a proof, and Anna has her escrow back. A deadline ends locking, not
//! deciding: a bundle whose legs are all locked still commits.

use crate::{
    deal::{Deal, grow_past, leg, observe},
    world::{A, ANNA, B, BERT, C, World},
};
use chain_types::{
    Event, Height, Operation,
    atomic::{Decision, Event as Crossed, Leg, Operation as Crossing},
    limit,
    native::Amount,
    state::StateKey,
};

fn pair() -> Vec<Leg> {
    vec![leg(A, ANNA, BERT, 100), leg(B, BERT, ANNA, 70)]
}

#[test]
fn a_leg_that_is_not_locked_in_time_aborts() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 5, 1);
    let deadline = deal.opening.bundle.deadline;
    deal.lock_now(&mut world, 0);
    deal.report_now(&mut world, 0);

    let unaware = deal.expire(&mut world, 1);
    assert_eq!(world.rejected(A, ANNA, unaware), "atomic.proof_mismatch", "a clock that never ran");
    grow_past(&mut world, Height(deadline.0 - 1));
    let seen = observe(&mut world);
    assert_eq!(world.applied(B, ANNA, seen), observed(deadline.0 - 1));
    let early = deal.expire(&mut world, 1);
    assert_eq!(world.rejected(A, ANNA, early), "atomic.deadline_ahead", "one block before");

    let seen = observe(&mut world);
    world.applied(B, ANNA, seen);
    assert!(world.read::<Height>(B, &StateKey::BeaconHeight) >= Some(deadline));
    let late = deal.lock(&mut world, 1);
    assert_eq!(world.rejected(B, BERT, late), "atomic.deadline_passed");
    let expire = deal.expire(&mut world, 1);
    assert_eq!(world.applied(A, ANNA, expire.clone()), deal.decided(Decision::Abort));
    assert_eq!(world.rejected(A, ANNA, expire), "atomic.bundle_decided");
    assert_eq!(deal.settle_now(&mut world, 0), deal.settled(0, Decision::Abort));
    assert_eq!(world.balance(A, ANNA), Amount(1_000));
}

fn observed(height: u64) -> Event {
    Event::Atomic(Crossed::BeaconObserved { height: Height(height) })
}

#[test]
fn absence_and_clock_stand_under_one_header() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, pair(), 6, 1);
    deal.lock_now(&mut world, 0);
    let before = world.prove(B, &deal.lock_key(1));
    deal.lock_now(&mut world, 1);
    grow_past(&mut world, deal.opening.bundle.deadline);
    let seen = observe(&mut world);
    world.applied(B, ANNA, seen);
    let clock = world.prove(B, &StateKey::BeaconHeight).state;
    let mixed = Crossing::ExpireLeg { bundle: deal.id, leg: 1, absence: before, clock: clock.clone() };
    assert_eq!(
        world.rejected(A, ANNA, Operation::Atomic(mixed)),
        "atomic.proof_mismatch",
        "absent before it was locked"
    );
    let locked = deal.expire(&mut world, 1);
    assert_eq!(world.rejected(A, ANNA, locked), "atomic.proof_mismatch", "it is not absent");
    let other = world.prove(B, &deal.lock_key(7));
    let misnamed = Crossing::ExpireLeg { bundle: deal.id, leg: 1, absence: other, clock: clock.clone() };
    assert_eq!(world.rejected(A, ANNA, Operation::Atomic(misnamed)), "atomic.proof_mismatch", "another leg's absence");
    let own = world.prove(B, &deal.lock_key(2));
    let unknown = Crossing::ExpireLeg { bundle: deal.id, leg: 2, absence: own, clock };
    assert_eq!(world.rejected(A, ANNA, Operation::Atomic(unknown)), "atomic.unknown_leg");

    deal.report_now(&mut world, 0);
    assert_eq!(deal.report_now(&mut world, 1), deal.decided(Decision::Commit), "late, but all are locked");
}

#[test]
fn the_clock_takes_only_the_beacon_shards_word_and_never_goes_back() {
    let mut world = World::with_money();
    let old = observe(&mut world);
    grow_past(&mut world, Height(40));
    let of_another = Operation::Atomic(Crossing::ObserveBeacon { block: Box::new(world.tip(C)) });
    assert_eq!(world.rejected(B, BERT, of_another), "atomic.wrong_shard");
    let mut forged = world.tip(A);
    forged.header.height = Height(1_000_000);
    let forged = Operation::Atomic(Crossing::ObserveBeacon { block: Box::new(forged) });
    assert_eq!(world.rejected(B, BERT, forged), "atomic.uncertified");
    let seen = observe(&mut world);
    assert_eq!(world.applied(B, BERT, seen.clone()), observed(40));
    for again in [seen, old] {
        assert_eq!(world.rejected(B, BERT, again), "atomic.beacon_not_newer");
    }
}

#[test]
fn a_deadline_lies_ahead_and_not_too_far() {
    let mut world = World::with_money();
    let seen = observe(&mut world);
    world.applied(B, BERT, seen);
    let clock: Height = world.read(B, &StateKey::BeaconHeight).expect("it was just observed");
    let cases = [
        (clock.0 - 1, Some("atomic.deadline_passed")),
        (clock.0, Some("atomic.deadline_passed")),
        (clock.0 + 1, None),
        (clock.0 + limit::BUNDLE_DEADLINE_AHEAD_MAX, None),
        (clock.0 + limit::BUNDLE_DEADLINE_AHEAD_MAX + 1, Some("atomic.deadline_too_far")),
    ];
    for (deadline, code) in cases {
        let legs = vec![leg(B, BERT, ANNA, 1), leg(C, ANNA, BERT, 1)];
        let bundle = chain_types::atomic::Bundle { legs, deadline: Height(deadline), attempt: 1, salt: [0; 16] };
        let open = Operation::Atomic(Crossing::OpenBundle { bundle });
        match code {
            Some(code) => assert_eq!(world.rejected(B, ANNA, open), code, "{deadline}"),
            None => drop(world.applied(B, ANNA, open)),
        }
    }
}
