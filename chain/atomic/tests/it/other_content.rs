//! A shard with a faulty quorum certifies wrong content under a valid key: another opening, or a lock of another leg or
//! amount. Other shards check the content too, so that the fault stays on that shard.

use crate::fixture::{CHAIN, HERE, THERE, holds, place, trust};
use chain_atomic::{
    Rejection, coordinator, participant,
    participant::{Answer, Request},
};
use chain_types::{
    Digest, Epoch, TenantId, TimestampMs, TxId,
    atomic::{Bundle, BundleKey, BundlePhase, BundleRecord, Decision, Leg, Lock, LockKey, LockPhase, Opening, Proof},
    codec, limit,
    native::Amount,
};

const DEBTOR: TenantId = TenantId([1; 16]);
const CREDITOR: TenantId = TenantId([2; 16]);
const DEADLINE: TimestampMs = TimestampMs(100);

/// A bundle with its first leg [`HERE`], which coordinates, and its second [`THERE`].
fn opening() -> Opening {
    let leg = |shard| Leg { shard, from: DEBTOR, to: CREDITOR, amount: Amount(5) };
    let bundle = Bundle { legs: vec![leg(HERE), leg(THERE)], deadline: DEADLINE, attempt: 1, salt: [0; 16] };
    Opening { chain_id: CHAIN, epoch: Epoch(0), tx_id: TxId(Digest::ZERO), coordinator: HERE, bundle }
}

fn lock(leg: u8, phase: LockPhase) -> Lock {
    let opening = opening();
    let binding = opening.binding(leg).expect("the leg exists");
    Lock { binding, leg: *opening.leg(leg).expect("the leg exists"), phase }
}

/// A proof that the coordinator holds this opening and phase under the id of [`opening`].
fn bundle_holds(opening_held: Opening, phase: BundlePhase) -> Proof {
    let record = BundleRecord { opening: opening_held, phase };
    holds(HERE, &BundleKey(opening().id()), codec::encode(&record))
}

#[test]
fn a_lock_of_another_leg_or_amount_is_rejected() {
    let (record, trust) = (BundleRecord { opening: opening(), phase: BundlePhase::Open { prepared: 0 } }, trust());
    let mut of_less = lock(1, LockPhase::Prepared);
    of_less.leg.amount = Amount(4);
    let mut of_an_attempt = lock(1, LockPhase::Prepared);
    of_an_attempt.binding.attempt = 2;
    for held in [of_less, of_an_attempt, lock(0, LockPhase::Prepared)] {
        let proof = holds(THERE, &LockKey(opening().id(), 1), codec::encode(&held));
        assert_eq!(coordinator::report(place(&trust), &record, 1, &proof), Err(Rejection::ProofMismatch));
    }
    let settled = lock(1, LockPhase::Settled(Decision::Commit));
    let proof = holds(THERE, &LockKey(opening().id(), 1), codec::encode(&settled));
    assert_eq!(coordinator::report(place(&trust), &record, 1, &proof), Err(Rejection::LegSettled), "before a decision");
}

#[test]
fn a_record_of_another_opening_is_rejected() {
    let trust = trust();
    let (bundle, open) = (opening().id(), BundlePhase::Open { prepared: 0 });
    let mut other = opening();
    other.bundle.attempt = 2;
    let proof = bundle_holds(other.clone(), open);
    let request = Request { opening: &opening(), bundle, leg: 0, answer: Answer::Lock, tenant: DEBTOR, proof: &proof };
    assert_eq!(participant::lock(place(&trust), TimestampMs(0), false, request).err(), Some(Rejection::ProofMismatch));

    let prepared = lock(0, LockPhase::Prepared);
    let commit = BundlePhase::Decided(Decision::Commit);
    let settle = |held| participant::settle(place(&trust), bundle, 0, &prepared, &bundle_holds(held, commit));
    assert_eq!(settle(other), Err(Rejection::ProofMismatch));
    assert_eq!(settle(opening()), Ok(Decision::Commit));
}

#[test]
fn a_prepared_lock_is_never_forgotten_and_others_not_before_their_grace() {
    let until = TimestampMs(DEADLINE.0 + limit::LOCK_GRACE_MS);
    let cases = [
        (LockPhase::Prepared, TimestampMs(u64::MAX), Err(Rejection::LegKept)),
        (LockPhase::Refused, TimestampMs(until.0 - 1), Err(Rejection::LegKept)),
        (LockPhase::Refused, until, Ok(())),
        (LockPhase::Settled(Decision::Commit), TimestampMs(until.0 - 1), Err(Rejection::LegKept)),
        (LockPhase::Settled(Decision::Abort), until, Ok(())),
    ];
    for (phase, time, expected) in cases {
        assert_eq!(participant::forget(time, &lock(0, phase)), expected, "{phase:?} at {time}");
    }
}
