//! The lock of a leg [P21]: the state machine of a participant shard. Invariant: a leg is locked at most once, for an
//! opened bundle: by its debtor before the deadline, or as a refusal by anyone from the deadline on; and its escrow
//! moves once, as the coordinator's decision says. The deadline is this shard's own block time, which never goes back.

use crate::{Place, Rejection, coordinator, mutant, trust::claimed};
use chain_types::{
    TenantId, TimestampMs,
    atomic::{BundleId, BundleKey, BundlePhase, Decision, Lock, LockPhase, Opening, Proof},
    limit,
};

/// A yes or a no to a leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The amount goes into escrow.
    Lock,
    /// It never will.
    Refuse,
}

/// What somebody says about a leg.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The opened bundle.
    pub opening: &'r Opening,
    /// Its id.
    pub bundle: BundleId,
    /// Which leg.
    pub leg: u8,
    /// What.
    pub answer: Answer,
    /// Who says it.
    pub tenant: TenantId,
    /// That the coordinator's state holds the bundle.
    pub proof: &'r Proof,
}

/// The lock of a leg in a block of this time, prepared or refused as the answer says; the ledger makes a prepared one
/// refused when the amount is not there. `is_locked` says whether this shard holds a lock of the leg already, in
/// whatever phase.
///
/// # Errors
/// [`Rejection`] names why there will be no lock.
pub fn lock(place: Place<'_>, time: TimestampMs, is_locked: bool, request: Request<'_>) -> Result<Lock, Rejection> {
    let Request { opening, bundle, leg: index, answer, tenant, proof } = request;
    if opening.chain_id != place.trust.chain_id() {
        return Err(Rejection::WrongChain);
    }
    let (Some(leg), Some(binding)) = (opening.leg(index), opening.binding(index)) else {
        return Err(Rejection::UnknownLeg);
    };
    if leg.shard != place.shard {
        return Err(Rejection::WrongShard);
    }
    let is_past = time >= opening.bundle.deadline;
    let may_answer = leg.from == tenant || (answer == Answer::Refuse && (is_past || mutant::is(mutant::REFUSE_EARLY)));
    if !may_answer {
        return Err(Rejection::NotDebtor);
    }
    if is_locked && !mutant::is(mutant::LOCK_TWICE) {
        return Err(Rejection::LegLocked);
    }
    if is_past && answer == Answer::Lock && !mutant::is(mutant::LOCK_LATE) {
        return Err(Rejection::DeadlinePassed);
    }
    let phase = match answer {
        Answer::Lock => LockPhase::Prepared,
        Answer::Refuse => LockPhase::Refused,
    };
    match coordinator::shown(place, bundle, opening, proof)? {
        BundlePhase::Open { .. } => Ok(Lock { binding, leg: *leg, phase }),
        BundlePhase::Decided(_) => Err(Rejection::BundleDecided),
    }
}

/// The decision that a proof shows for a prepared lock.
///
/// # Errors
/// [`Rejection`] names why the escrow stays where it is.
pub fn settle(place: Place<'_>, bundle: BundleId, leg: u8, lock: &Lock, proof: &Proof) -> Result<Decision, Rejection> {
    if lock.phase != LockPhase::Prepared && !mutant::is(mutant::SETTLE_TWICE) {
        return Err(Rejection::LegSettled);
    }
    let key = BundleKey(bundle);
    let (value, record) = claimed(&proof.state, &key)?;
    if record.opening.binding(leg).as_ref() != Some(&lock.binding) {
        return Err(Rejection::ProofMismatch);
    }
    let BundlePhase::Decided(decision) = record.phase else { return Err(Rejection::BundleUndecided) };
    place.trust.check_present(proof, lock.binding.destination, &key, value)?;
    Ok(decision)
}

/// Checks that in a block of this time nobody needs the trace of a lock any more. No escrow comes back by forgetting:
/// the deadline is past, so [`lock`] makes refusals only.
///
/// # Errors
/// [`Rejection::LegKept`].
pub fn forget(time: TimestampMs, lock: &Lock) -> Result<(), Rejection> {
    let until = lock.binding.deadline.0.saturating_add(limit::LOCK_GRACE_MS);
    let is_needed = time.0 < until && !mutant::is(mutant::FORGET_EARLY);
    if lock.phase == LockPhase::Prepared || is_needed { Err(Rejection::LegKept) } else { Ok(()) }
}
