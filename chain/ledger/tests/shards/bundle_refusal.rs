//! Invalid steps: by the wrong tenant, on the wrong shard, for legs and bundles that do not exist, twice, or with a
//! proof of something else. Each is rejected with its own code and changes nothing.

use crate::{
    deal::{Deal, leg, legs},
    world::{A, ANNA, B, BERT, C, World},
};
use chain_types::{
    Command, Digest, TimestampMs, TxId,
    atomic::{self, Bundle, BundleId, Command as Crossing, Decision, Leg, Opening},
    native::BalanceKey,
};

type Change = fn(&mut Opening);

fn open(legs: Vec<Leg>) -> Command {
    let bundle = Bundle { legs, deadline: TimestampMs(500), attempt: 1, salt: [0; 16] };
    Command::Atomic(Crossing::OpenBundle { bundle })
}

#[test]
fn a_bundle_has_legs_on_ascending_shards_and_opens_on_the_first() {
    let pay = |shard, amount| leg(shard, ANNA, BERT, amount);
    let cases = [
        (A, vec![], "atomic.bundle_malformed"),
        (A, vec![pay(A, 1)], "atomic.bundle_malformed"),
        (A, vec![pay(A, 1), pay(A, 1)], "atomic.bundle_malformed"),
        (A, vec![pay(B, 1), pay(A, 1)], "atomic.bundle_malformed"),
        (A, vec![pay(A, 1), pay(B, 0)], "atomic.bundle_malformed"),
        (A, vec![pay(A, 1), pay(chain_types::ShardId(3), 1)], "atomic.bundle_malformed"),
        (B, vec![pay(A, 1), pay(B, 1)], "atomic.wrong_shard"),
    ];
    let mut world = World::with_money();
    for (shard, legs, code) in cases {
        assert_eq!(world.rejected(shard, ANNA, open(legs.clone())), code, "{legs:?}");
    }
}

#[test]
fn a_leg_is_locked_once_by_its_debtor_on_its_shard() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    let lock = deal.lock(&mut world, 1);
    assert_eq!(world.rejected(B, ANNA, lock.clone()), "atomic.not_debtor");
    assert_eq!(world.rejected(C, BERT, lock.clone()), "atomic.wrong_shard");
    let beyond = deal.lock(&mut world, 3);
    assert_eq!(world.rejected(B, BERT, beyond), "atomic.unknown_leg");
    world.applied(B, BERT, lock.clone());
    let refuse = deal.refuse(&mut world, 1);
    for again in [lock, refuse] {
        assert_eq!(world.rejected(B, BERT, again), "atomic.leg_locked");
    }
    assert_eq!(world.totals().escrow, 70);
}

#[test]
fn nobody_locks_for_a_bundle_that_was_not_opened() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    let proof = world.prove(A, &deal.key());
    let changes: [(Change, &str); 5] = [
        (|opening| opening.tx_id = TxId(Digest([9; 32])), "atomic.proof_mismatch"),
        (|opening| opening.bundle.attempt = 2, "atomic.proof_mismatch"),
        (|opening| opening.bundle.legs[1].amount.0 = 1, "atomic.proof_mismatch"),
        (|opening| opening.coordinator = C, "atomic.proof_mismatch"),
        (|opening| opening.chain_id.0 = Digest([9; 32]), "atomic.wrong_chain"),
    ];
    for (change, code) in changes {
        let mut opening = deal.opening.clone();
        change(&mut opening);
        let lock = Crossing::LockLeg(atomic::LegAnswer { opening, leg: 1, proof: proof.clone() });
        assert_eq!(world.rejected(B, BERT, Command::Atomic(lock)), code);
    }
    let elsewhere = world.prove(B, &deal.key());
    let lock = Crossing::LockLeg(atomic::LegAnswer { opening: deal.opening, leg: 1, proof: elsewhere });
    assert_eq!(
        world.rejected(B, BERT, Command::Atomic(lock)),
        "atomic.proof_mismatch",
        "another shard does not hold the bundle"
    );
}

#[test]
fn a_leg_is_reported_once_with_the_proof_of_its_own_lock() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    deal.lock_now(&mut world, 1);
    let absent = deal.report(&mut world, 2);
    assert_eq!(world.rejected(A, ANNA, absent), "atomic.proof_mismatch");
    let proof = world.prove(B, &deal.lock_key(1));
    for leg in [0, 2] {
        let crossed = Crossing::ReportLeg(atomic::ReportLeg { bundle: deal.id, leg, proof: proof.clone() });
        assert_eq!(world.rejected(A, ANNA, Command::Atomic(crossed)), "atomic.proof_mismatch", "as leg {leg}");
    }
    for leg in [3, 8, 255] {
        let beyond = Crossing::ReportLeg(atomic::ReportLeg { bundle: deal.id, leg, proof: proof.clone() });
        assert_eq!(world.rejected(A, ANNA, Command::Atomic(beyond)), "atomic.unknown_leg");
    }
    let stranger = Crossing::ReportLeg(atomic::ReportLeg { bundle: BundleId(Digest([9; 32])), leg: 1, proof });
    assert_eq!(world.rejected(A, ANNA, Command::Atomic(stranger)), "atomic.unknown_bundle");
    deal.report_now(&mut world, 1);
    let again = deal.report(&mut world, 1);
    assert_eq!(world.rejected(A, ANNA, again), "atomic.leg_reported");
}

#[test]
fn only_the_coordinators_own_decision_moves_an_escrow() {
    let mut world = World::with_money();
    let deal = Deal::open(&mut world, legs(), 50, 1);
    for leg in deal.legs() {
        deal.lock_now(&mut world, leg);
    }
    let other = Deal::open(&mut world, legs(), 50, 1);
    let refuse = other.refuse(&mut world, 0);
    world.applied(A, ANNA, refuse);
    assert_eq!(other.report_now(&mut world, 0), other.decided(Decision::Abort));
    let proofs = [world.prove(A, &other.key()), world.prove(B, &deal.key()), world.prove(A, &BalanceKey(ANNA))];
    for proof in proofs {
        let settle = Crossing::SettleLeg(atomic::SettleLeg { bundle: deal.id, leg: 1, proof });
        assert_eq!(world.rejected(B, BERT, Command::Atomic(settle)), "atomic.proof_mismatch");
    }
    let unlocked = other.settle(&mut world, 1);
    assert_eq!(world.rejected(B, BERT, unlocked), "atomic.unknown_leg");
    assert_eq!(world.rejected(B, BERT, deal.forget(1)), "atomic.leg_kept", "escrow is never forgotten");
    assert_eq!(world.rejected(B, BERT, other.forget(1)), "atomic.unknown_leg");
}
