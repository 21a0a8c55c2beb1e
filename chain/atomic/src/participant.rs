//! A participant of a two-phase commit: locks, settles and forgets one leg (a bundle's part on one shard) [P21,
//! bundles]. Invariant: a leg is locked at most once, by its debtor, before the deadline. From the deadline on, anyone
//! may refuse an unlocked leg. Escrow moves once, by the coordinator's decision.

use crate::{Place, Rejection, coordinator, mutant, trust::claimed};
use chain_types::{
    TenantId, TimestampMs,
    atomic::{BundleId, BundleKey, BundlePhase, Decision, Lock, LockPhase, Opening, Proof},
    limit,
};

/// The answer to a leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The leg's amount goes into escrow.
    Lock,
    /// The leg's amount will never go into escrow.
    Refuse,
}

/// A tenant's request to lock or refuse a leg.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    pub opening: &'r Opening,
    /// The id of `opening`.
    pub bundle: BundleId,
    /// The leg's index in the bundle.
    pub leg: u8,
    pub answer: Answer,
    /// The tenant that sends the request.
    pub tenant: TenantId,
    /// The proof that the coordinator's state holds the bundle.
    pub proof: &'r Proof,
}

/// The lock of a leg in a block of `time`: prepared or refused, as requested. The ledger turns a prepared lock into a
/// refused one when the leg cannot be paid. `is_locked` is whether this shard holds a lock of the leg already, in any
/// phase.
///
/// # Errors
/// The [`Rejection`] gives the reason why the leg cannot be locked or refused.
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
    // A deliberately broken variant; the simulator must detect it.
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
    match coordinator::proved_phase(place, bundle, opening, proof)? {
        BundlePhase::Open { .. } => Ok(Lock { binding, leg: *leg, phase }),
        BundlePhase::Decided(_) => Err(Rejection::BundleDecided),
    }
}

/// The coordinator's decision about a prepared lock, from a proof.
///
/// # Errors
/// The [`Rejection`] gives the reason why the escrow does not move.
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

/// Checks that the record of a lock may be removed in a block of `time`. The leg cannot be locked again afterwards: its
/// deadline is past, so [`lock`] only makes refusals.
///
/// # Errors
/// [`Rejection::LegKept`] when the leg is in escrow or its grace period is not over.
pub fn forget(time: TimestampMs, lock: &Lock) -> Result<(), Rejection> {
    let until = lock.binding.deadline.0.saturating_add(limit::LOCK_GRACE_MS);
    let is_needed = time.0 < until && !mutant::is(mutant::FORGET_EARLY);
    if lock.phase == LockPhase::Prepared || is_needed { Err(Rejection::LegKept) } else { Ok(()) }
}
