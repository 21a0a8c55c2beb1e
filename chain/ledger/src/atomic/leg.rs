//! The participant's commands: `lock_leg`, `refuse_leg`, `settle_leg`, `forget_leg`.

use super::{applied, clock, rejected};
use crate::{
    block::{Context, Verdict},
    mutant, native,
    overlay::Overlay,
};
use chain_atomic::{Refusal, participant};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    atomic::{BundleId, Decision, Event, Lock, LockPhase, Opening, Proof},
    native::Amount,
    state::StateKey,
};

/// Puts a leg's amount into escrow, or on record that it will not be there: because its debtor does not agree, has not
/// the amount, or would pay nobody. Nothing waits for a balance to grow.
pub(super) fn lock<R: LeafReader>(
    context: &Context<'_>,
    (opening, leg, proof): (&Opening, u8, &Proof),
    agrees: bool,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let bundle = opening.id();
    let path = StateKey::Lock(bundle, leg).path();
    let request = participant::Request { opening, bundle, leg, tenant: context.tenant, proof };
    let is_locked = overlay.contains(&path)?;
    let lock = match participant::lock(context.law.place(), clock(overlay)?, is_locked, request) {
        Ok(lock) => lock,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    let rest = if agrees { affordable(context, &lock, overlay)? } else { None };
    let Some(rest) = rest else {
        overlay.write(&path, &Lock { phase: LockPhase::Refused, ..lock });
        return Ok(Ok(applied(Event::LegRefused { bundle, leg })));
    };
    if !mutant::is(mutant::KEEP_ESCROWED) {
        native::set_balance(context.tenant, rest, overlay);
    }
    overlay.write(&path, &lock);
    Ok(Ok(applied(Event::LegPrepared { bundle, leg })))
}

/// What the debtor keeps beside the escrow, when the leg can be paid at all.
fn affordable<R: LeafReader>(
    context: &Context<'_>,
    lock: &Lock,
    overlay: &mut Overlay<'_, R>,
) -> Result<Option<Amount>, ReadFailure> {
    if !native::has_account(lock.leg.to, overlay)? {
        return Ok(None);
    }
    Ok(native::balance(context.law, context.tenant, overlay)?.checked_sub(lock.leg.amount))
}

/// Sends a leg's escrow where the coordinator decided.
pub(super) fn settle<R: LeafReader>(
    context: &Context<'_>,
    (bundle, leg, proof): (BundleId, u8, &Proof),
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let path = StateKey::Lock(bundle, leg).path();
    let Some(lock) = overlay.read::<Lock>(&path)? else { return Ok(Err(rejected(Refusal::UnknownLeg))) };
    let decision = match participant::settle(context.law.place(), bundle, leg, &lock, proof) {
        Ok(decision) => decision,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    let receiver = match decision {
        Decision::Commit => lock.leg.to,
        Decision::Abort => lock.leg.from,
    };
    let Some(sum) = native::balance(context.law, receiver, overlay)?.checked_add(lock.leg.amount) else {
        return Ok(Err(native::Error::BalanceOverflow.into()));
    };
    native::set_balance(receiver, sum, overlay);
    overlay.write(&path, &Lock { phase: LockPhase::Settled(decision), ..lock });
    Ok(Ok(applied(Event::LegSettled { bundle, leg, decision })))
}

/// Drops the trace of a leg that nobody needs any more.
pub(super) fn forget<R: LeafReader>(
    (bundle, leg): (BundleId, u8),
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let path = StateKey::Lock(bundle, leg).path();
    let Some(lock) = overlay.read::<Lock>(&path)? else { return Ok(Err(rejected(Refusal::UnknownLeg))) };
    if let Err(refusal) = participant::forget(clock(overlay)?, &lock) {
        return Ok(Err(rejected(refusal)));
    }
    overlay.remove(&path);
    Ok(Ok(applied(Event::LegForgotten { bundle, leg })))
}
