//! The lock of a leg [P21]: the state machine of a participant shard. Invariant: a leg is locked at most once, for an
//! opened bundle, before the deadline, by its debtor; and its escrow moves once, as the coordinator's decision says.

use crate::{Place, Refusal, coordinator, mutant};
use chain_types::{
    Height, TenantId,
    atomic::{BundleId, BundlePhase, BundleRecord, Decision, Lock, LockPhase, Opening, Proof},
    codec, limit,
    state::StateKey,
};

/// What a debtor says about a leg.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The opened bundle.
    pub opening: &'r Opening,
    /// Its id.
    pub bundle: BundleId,
    /// Which leg.
    pub leg: u8,
    /// Who says it.
    pub tenant: TenantId,
    /// That the coordinator's state holds the bundle.
    pub proof: &'r Proof,
}

/// The lock of a leg, prepared; the ledger makes it refused when the debtor says no or the amount is not there.
/// `is_locked` says whether this shard holds a lock of the leg already, in whatever phase.
///
/// # Errors
/// [`Refusal`] names why there will be no lock.
pub fn lock(place: Place<'_>, clock: Height, is_locked: bool, request: Request<'_>) -> Result<Lock, Refusal> {
    let Request { opening, bundle, leg: index, tenant, proof } = request;
    if opening.chain_id != place.trust.chain_id() {
        return Err(Refusal::WrongChain);
    }
    let (Some(leg), Some(binding)) = (opening.leg(index), opening.binding(index)) else {
        return Err(Refusal::UnknownLeg);
    };
    if leg.shard != place.shard {
        return Err(Refusal::WrongShard);
    }
    if leg.from != tenant {
        return Err(Refusal::NotDebtor);
    }
    if is_locked && !mutant::is(mutant::LOCK_TWICE) {
        return Err(Refusal::LegLocked);
    }
    if opening.bundle.deadline <= clock {
        return Err(Refusal::DeadlinePassed);
    }
    match coordinator::shown(place, bundle, opening, proof)? {
        BundlePhase::Open { .. } => Ok(Lock { binding, leg: *leg, phase: LockPhase::Prepared }),
        BundlePhase::Decided(_) => Err(Refusal::BundleDecided),
    }
}

/// The decision that a proof shows for a prepared lock.
///
/// # Errors
/// [`Refusal`] names why the escrow stays where it is.
pub fn settle(place: Place<'_>, bundle: BundleId, leg: u8, lock: &Lock, proof: &Proof) -> Result<Decision, Refusal> {
    if lock.phase != LockPhase::Prepared && !mutant::is(mutant::SETTLE_TWICE) {
        return Err(Refusal::LegSettled);
    }
    let value = proof.state.value().ok_or(Refusal::ProofMismatch)?;
    let record: BundleRecord = codec::decode("a bundle", value).map_err(|_| Refusal::ProofMismatch)?;
    if record.opening.binding(leg).as_ref() != Some(&lock.binding) {
        return Err(Refusal::ProofMismatch);
    }
    let BundlePhase::Decided(decision) = record.phase else { return Err(Refusal::BundleUndecided) };
    place.trust.check_present(proof, lock.binding.destination, &StateKey::Bundle(bundle), value)?;
    Ok(decision)
}

/// Checks that nobody needs the trace of a lock any more. What is forgotten cannot come back: the clock is past the
/// deadline, so [`lock`] refuses it.
///
/// # Errors
/// [`Refusal::LegKept`].
pub fn forget(clock: Height, lock: &Lock) -> Result<(), Refusal> {
    let until = lock.binding.deadline.0.saturating_add(limit::LOCK_GRACE);
    if lock.phase == LockPhase::Prepared || clock.0 < until { Err(Refusal::LegKept) } else { Ok(()) }
}
