//! The coordinator of a bundle [P21]: the state machine of its first leg's shard. Invariant: it leaves `Open` once, to
//! `Commit` when every leg was proved prepared, or to `Abort` when one was proved refused or never locked in time; so a
//! client that dies, lies or repeats itself can delay a decision but not make it or change it.

use crate::{Place, Refusal, mutant, trust::leads_to};
use chain_types::{
    Height, TxId,
    atomic::{Bundle, BundleId, BundlePhase, BundleRecord, Decision, Lock, LockPhase, Opening, Proof},
    codec, limit,
    state::{StateKey, StateProof},
};

/// Opens a bundle on this shard.
///
/// # Errors
/// [`Refusal`] names why it may not be opened here and now.
pub fn open(place: Place<'_>, clock: Height, tx_id: TxId, bundle: &Bundle) -> Result<Opening, Refusal> {
    if !bundle.is_well_formed() || bundle.legs.iter().any(|leg| leg.shard.0 >= place.shards) {
        return Err(Refusal::BundleMalformed);
    }
    if bundle.coordinator() != Some(place.shard) {
        return Err(Refusal::WrongShard);
    }
    if bundle.deadline <= clock {
        return Err(Refusal::DeadlinePassed);
    }
    if bundle.deadline.0 > clock.0.saturating_add(limit::BUNDLE_DEADLINE_AHEAD_MAX) {
        return Err(Refusal::DeadlineTooFar);
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
/// [`Refusal`] names why the proof moves nothing.
pub fn report(place: Place<'_>, record: &BundleRecord, leg: u8, proof: &Proof) -> Result<BundlePhase, Refusal> {
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
    let bit = 1_u8.checked_shl(u32::from(leg)).ok_or(Refusal::UnknownLeg)?;
    if prepared & bit != 0 {
        return Err(Refusal::LegReported);
    }
    let value = proof.state.value().ok_or(Refusal::ProofMismatch)?;
    let lock: Lock = codec::decode("a lock", value).map_err(|_| Refusal::ProofMismatch)?;
    if lock.binding != binding || Some(&lock.leg) != opening.leg(leg) {
        return Err(Refusal::ProofMismatch);
    }
    place.trust.check_present(proof, binding.source, &StateKey::Lock(opening.id(), leg), value)?;
    match lock.phase {
        LockPhase::Prepared
            if (prepared | bit).count_ones() == leg_count(opening) || mutant::is(mutant::COMMIT_EARLY) =>
        {
            Ok(BundlePhase::Decided(Decision::Commit))
        }
        LockPhase::Prepared => Ok(BundlePhase::Open { prepared: prepared | bit }),
        LockPhase::Refused => Ok(BundlePhase::Decided(Decision::Abort)),
        LockPhase::Settled(_) => Err(Refusal::LegSettled),
    }
}

/// The phase after a proof that a leg was not locked in time: under one header of its shard, no lock, and a clock that
/// is not before the deadline. From there on that shard locks it no more, so the absence is final.
///
/// # Errors
/// [`Refusal`] names why the proof moves nothing.
pub fn expire(
    place: Place<'_>,
    record: &BundleRecord,
    leg: u8,
    absence: &Proof,
    clock: &StateProof,
) -> Result<BundlePhase, Refusal> {
    let opening = &record.opening;
    let (BundlePhase::Open { .. }, Some(binding)) = (record.phase, opening.binding(leg)) else {
        return Err(refuse(record.phase));
    };
    let height: Height =
        codec::decode("a height", clock.value().ok_or(Refusal::ProofMismatch)?).map_err(|_| Refusal::ProofMismatch)?;
    if height < binding.deadline {
        return Err(Refusal::DeadlineAhead);
    }
    if !leads_to(clock, &StateKey::BeaconHeight, &absence.block.header.state_root) {
        return Err(Refusal::ProofMismatch);
    }
    place.trust.check_absent(absence, binding.source, &StateKey::Lock(opening.id(), leg))?;
    Ok(BundlePhase::Decided(Decision::Abort))
}

/// Checks that a proof shows a bundle as its coordinator holds it; the phase it shows.
///
/// # Errors
/// [`Refusal`] names why it does not.
pub fn shown(place: Place<'_>, bundle: BundleId, opening: &Opening, proof: &Proof) -> Result<BundlePhase, Refusal> {
    let value = proof.state.value().ok_or(Refusal::ProofMismatch)?;
    let record: BundleRecord = codec::decode("a bundle", value).map_err(|_| Refusal::ProofMismatch)?;
    if record.opening != *opening {
        return Err(Refusal::ProofMismatch);
    }
    place.trust.check_present(proof, opening.coordinator, &StateKey::Bundle(bundle), value)?;
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
const fn refuse(phase: BundlePhase) -> Refusal {
    match phase {
        BundlePhase::Open { .. } => Refusal::UnknownLeg,
        BundlePhase::Decided(_) => Refusal::BundleDecided,
    }
}
