//! The coordinator of a bundle [P21]: the state machine of its first leg's shard. Invariant: it leaves `Open` once, to
//! `Commit` when every leg was proved prepared, or to `Abort` when one was proved refused; so a client that dies, lies
//! or repeats itself can delay a decision but not make it or change it. A leg is never both: a lock is made once, and
//! from the deadline on it can only be made as a refusal.

use crate::{Place, Rejection, mutant, trust::claimed};
use chain_types::{
    TimestampMs, TxId,
    atomic::{Bundle, BundleId, BundleKey, BundlePhase, BundleRecord, Decision, LockKey, LockPhase, Opening, Proof},
    limit,
};

/// Opens a bundle on this shard, in a block of this time.
///
/// # Errors
/// [`Rejection`] names why it may not be opened here and now.
pub fn open(place: Place<'_>, time: TimestampMs, tx_id: TxId, bundle: &Bundle) -> Result<Opening, Rejection> {
    if !bundle.is_well_formed() || bundle.legs.iter().any(|leg| leg.shard.0 >= place.shards) {
        return Err(Rejection::BundleMalformed);
    }
    if bundle.coordinator() != Some(place.shard) {
        return Err(Rejection::WrongShard);
    }
    if bundle.deadline <= time {
        return Err(Rejection::DeadlinePassed);
    }
    if bundle.deadline.0 > time.0.saturating_add(limit::BUNDLE_DEADLINE_AHEAD_MS_MAX) {
        return Err(Rejection::DeadlineTooFar);
    }
    Ok(Opening {
        chain_id: place.trust.chain_id(),
        epoch: place.trust.epoch(),
        tx_id,
        coordinator: place.shard,
        bundle: bundle.clone(),
    })
}

/// The phase after a proof of what became of a leg. Reports are taken after the deadline too: it ends locking, not
/// deciding, or a bundle whose legs are all locked could never end.
///
/// # Errors
/// [`Rejection`] names why the proof moves nothing.
pub fn report(place: Place<'_>, record: &BundleRecord, leg: u8, proof: &Proof) -> Result<BundlePhase, Rejection> {
    let opening = &record.opening;
    let phase = match record.phase {
        BundlePhase::Decided(_) if mutant::is(mutant::DECIDE_TWICE) => {
            BundlePhase::Open { prepared: others(opening, leg) }
        }
        phase => phase,
    };
    let (BundlePhase::Open { prepared }, Some(binding)) = (phase, opening.binding(leg)) else {
        return Err(refuse(record.phase));
    };
    let bit = 1_u8.checked_shl(u32::from(leg)).ok_or(Rejection::UnknownLeg)?;
    if prepared & bit != 0 {
        return Err(Rejection::LegReported);
    }
    let key = LockKey(opening.id(), leg);
    let (value, lock) = claimed(&proof.state, &key)?;
    if lock.binding != binding || Some(&lock.leg) != opening.leg(leg) {
        return Err(Rejection::ProofMismatch);
    }
    place.trust.check_present(proof, binding.source, &key, value)?;
    match lock.phase {
        LockPhase::Prepared
            if (prepared | bit).count_ones() == leg_count(opening) || mutant::is(mutant::COMMIT_EARLY) =>
        {
            Ok(BundlePhase::Decided(Decision::Commit))
        }
        LockPhase::Prepared => Ok(BundlePhase::Open { prepared: prepared | bit }),
        LockPhase::Refused => Ok(BundlePhase::Decided(Decision::Abort)),
        LockPhase::Settled(_) => Err(Rejection::LegSettled),
    }
}

/// Checks that a proof shows a bundle as its coordinator holds it; the phase it shows.
///
/// # Errors
/// [`Rejection`] names why it does not.
pub fn shown(place: Place<'_>, bundle: BundleId, opening: &Opening, proof: &Proof) -> Result<BundlePhase, Rejection> {
    let key = BundleKey(bundle);
    let (value, record) = claimed(&proof.state, &key)?;
    if record.opening != *opening {
        return Err(Rejection::ProofMismatch);
    }
    place.trust.check_present(proof, opening.coordinator, &key, value)?;
    Ok(record.phase)
}

/// A bit for each leg but one.
fn others(opening: &Opening, leg: u8) -> u8 {
    let bits = (0_u8..).take(opening.bundle.legs.len()).filter(|other| *other != leg);
    bits.filter_map(|other| 1_u8.checked_shl(u32::from(other))).fold(0, |all, bit| all | bit)
}

fn leg_count(opening: &Opening) -> u32 {
    u32::try_from(opening.bundle.legs.len()).unwrap_or(u32::MAX)
}

/// Why a record has nothing to decide about a leg.
const fn refuse(phase: BundlePhase) -> Rejection {
    match phase {
        BundlePhase::Open { .. } => Rejection::UnknownLeg,
        BundlePhase::Decided(_) => Rejection::BundleDecided,
    }
}
