//! A bundle has two to eight legs. A bundle of eight legs commits with the eighth report and not before.

use crate::fixture::{HERE, holds, place, trust};
use chain_atomic::{Rejection, coordinator};
use chain_types::{
    Digest, ShardId, TenantId, TimestampMs, TxId,
    atomic::{Bundle, BundlePhase, BundleRecord, Decision, Leg, Lock, LockKey, LockPhase, Opening},
    codec, limit,
    native::Amount,
};

fn bundle(legs: usize) -> Bundle {
    let leg = |shard| Leg { shard, from: TenantId([1; 16]), to: TenantId([2; 16]), amount: Amount(1) };
    let legs = (HERE.0..).map(|shard| leg(ShardId(shard))).take(legs).collect();
    Bundle { legs, deadline: TimestampMs(10), attempt: 1, salt: [0; 16] }
}

fn open(legs: usize) -> Result<Opening, Rejection> {
    coordinator::open(place(&trust()), TimestampMs(0), TxId(Digest::ZERO), &bundle(legs))
}

#[test]
fn the_number_of_legs_has_a_lower_and_an_upper_limit() {
    for legs in 0..=limit::LEGS_PER_BUNDLE_MAX + 1 {
        let fits = (limit::LEGS_PER_BUNDLE_MIN..=limit::LEGS_PER_BUNDLE_MAX).contains(&legs);
        assert_eq!(open(legs).err(), (!fits).then_some(Rejection::BundleMalformed), "{legs} legs");
    }
}

#[test]
fn the_last_of_eight_legs_commits() {
    let opening = open(limit::LEGS_PER_BUNDLE_MAX).expect("eight legs are a bundle");
    let trust = trust();
    let mut record = BundleRecord { opening: opening.clone(), phase: BundlePhase::Open { prepared: 0 } };
    for leg in 0..8 {
        assert!(matches!(record.phase, BundlePhase::Open { .. }));
        let binding = opening.binding(leg).expect("the leg exists");
        let shard = binding.source;
        let lock = Lock { binding, leg: *opening.leg(leg).expect("the leg exists"), phase: LockPhase::Prepared };
        let proof = holds(shard, &LockKey(opening.id(), leg), codec::encode(&lock));
        record.phase = coordinator::report(place(&trust), &record, leg, &proof).expect("the proof is valid");
    }
    assert_eq!(record.phase, BundlePhase::Decided(Decision::Commit));
}
