//! The coordinator of a two-phase commit: decides a bundle (atomic transaction across shards) [P21, bundles].
//! Invariant: a bundle leaves `Open` once. A commit needs proof that every leg (part on one shard) is prepared. An
//! abort needs proof that one leg is refused.

use crate::{Place, Rejection, mutant, trust::claimed};
use chain_types::{
    TimestampMs, TxId,
    atomic::{Bundle, BundleId, BundleKey, BundlePhase, BundleRecord, Decision, LockKey, LockPhase, Opening, Proof},
    limit,
};

/// Opens a bundle on this shard, in a block of `time`.
///
/// # Errors
/// The [`Rejection`] gives the reason why the bundle may not be opened on this shard in this block.
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

/// The phase of a bundle after a report: a proof of a leg's lock. Reports count after the deadline too: it ends
/// locking, not deciding. Otherwise a bundle whose legs are all locked could stay undecided forever.
///
/// # Errors
/// The [`Rejection`] gives the reason why the proof does not change the phase.
pub fn report(place: Place<'_>, record: &BundleRecord, leg: u8, proof: &Proof) -> Result<BundlePhase, Rejection> {
    let opening = &record.opening;
    let phase = match record.phase {
        // A deliberately broken variant; the simulator must detect it.
        BundlePhase::Decided(_) if mutant::is(mutant::DECIDE_TWICE) => {
            BundlePhase::Open { prepared: all_prepared_except(opening, leg) }
        }
        phase => phase,
    };
    let (BundlePhase::Open { prepared }, Some(binding)) = (phase, opening.binding(leg)) else {
        return Err(report_rejection(record.phase));
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

/// Checks a proof that the coordinator's state holds this opening, and returns the phase of the bundle there.
///
/// # Errors
/// The [`Rejection`] gives the reason why the proof does not show it.
pub fn proved_phase(
    place: Place<'_>,
    bundle: BundleId,
    opening: &Opening,
    proof: &Proof,
) -> Result<BundlePhase, Rejection> {
    let key = BundleKey(bundle);
    let (value, record) = claimed(&proof.state, &key)?;
    if record.opening != *opening {
        return Err(Rejection::ProofMismatch);
    }
    place.trust.check_present(proof, opening.coordinator, &key, value)?;
    Ok(record.phase)
}

/// The `prepared` bits of all legs except this one; only for a mutant.
fn all_prepared_except(opening: &Opening, leg: u8) -> u8 {
    let bits = (0_u8..).take(opening.bundle.legs.len()).filter(|other| *other != leg);
    bits.filter_map(|other| 1_u8.checked_shl(u32::from(other))).fold(0, |all, bit| all | bit)
}

fn leg_count(opening: &Opening) -> u32 {
    u32::try_from(opening.bundle.legs.len()).unwrap_or(u32::MAX)
}

/// The rejection of a report that names an unknown leg or a decided bundle.
const fn report_rejection(phase: BundlePhase) -> Rejection {
    match phase {
        BundlePhase::Open { .. } => Rejection::UnknownLeg,
        BundlePhase::Decided(_) => Rejection::BundleDecided,
    }
}
