//! The participant's commands of a two-phase commit: `lock_leg`, `refuse_leg`, `settle_leg`, `forget_leg`. A leg is a
//! bundle's part on one shard. Invariant: only the leg's lock and the balances of its debtor or receiver change.

use super::Rejection;
use crate::{
    mutant, native,
    overlay::Overlay,
    verdict::{Context, Verdict, applied},
};
use chain_atomic::participant::{self, Answer};
use chain_state::ReadFailure;
use chain_types::{
    atomic::{Decision, Event, ForgetLeg, LegAnswer, Lock, LockKey, LockPhase, SettleLeg},
    native::Amount,
    state::TypedKey,
};

/// Moves a leg's amount into escrow, or records that the leg is refused. A leg is refused on request, or when its
/// debtor cannot pay or its receiver is not registered. It never waits for a balance to grow.
pub(super) fn answer(context: &Context<'_>, command: &LegAnswer, answer: Answer, overlay: &mut Overlay<'_>) -> Verdict {
    let LegAnswer { opening, leg, proof } = command;
    let (bundle, leg) = (opening.id(), *leg);
    let slot = LockKey(bundle, leg).slot();
    let request = participant::Request { opening, bundle, leg, answer, tenant: context.tenant, proof };
    let is_locked = overlay.contains(&slot)?;
    let lock = participant::lock(context.law.place(), context.time, is_locked, request)?;
    let rest = match answer {
        Answer::Lock => balance_after_leg(context, &lock, overlay)?,
        Answer::Refuse => None,
    };
    let Some(rest) = rest else {
        overlay.write(&slot, &Lock { phase: LockPhase::Refused, ..lock });
        return applied(Event::LegRefused { bundle, leg });
    };
    // A deliberately broken variant; the simulator must detect it.
    if !mutant::is(mutant::KEEP_ESCROWED) {
        native::set_balance(context.tenant, rest, overlay);
    }
    overlay.write(&slot, &lock);
    applied(Event::LegPrepared { bundle, leg })
}

/// The debtor's balance after the leg is paid; `None` when the balance is too low or the receiver is not registered.
fn balance_after_leg(
    context: &Context<'_>,
    lock: &Lock,
    overlay: &mut Overlay<'_>,
) -> Result<Option<Amount>, ReadFailure> {
    if !native::has_account(lock.leg.to, overlay)? {
        return Ok(None);
    }
    Ok(native::balance(context.law, context.tenant, overlay)?.checked_sub(lock.leg.amount))
}

/// Pays a leg's escrow out: to the receiver after a commit, back to the debtor after an abort.
pub(super) fn settle(context: &Context<'_>, command: &SettleLeg, overlay: &mut Overlay<'_>) -> Verdict {
    let SettleLeg { bundle, leg, proof } = command;
    let (bundle, leg) = (*bundle, *leg);
    let slot = LockKey(bundle, leg).slot();
    let lock = overlay.read(&slot)?.ok_or(Rejection::UnknownLeg)?;
    let decision = participant::settle(context.law.place(), bundle, leg, &lock, proof)?;
    let receiver = match decision {
        Decision::Commit => lock.leg.to,
        Decision::Abort => lock.leg.from,
    };
    let sum = native::balance(context.law, receiver, overlay)?.checked_add(lock.leg.amount);
    native::set_balance(receiver, sum.ok_or(native::Rejection::BalanceOverflow)?, overlay);
    overlay.write(&slot, &Lock { phase: LockPhase::Settled(decision), ..lock });
    applied(Event::LegSettled { bundle, leg, decision })
}

/// Removes the record of a leg that is no longer needed.
pub(super) fn forget(context: &Context<'_>, command: &ForgetLeg, overlay: &mut Overlay<'_>) -> Verdict {
    let ForgetLeg { bundle, leg } = *command;
    let slot = LockKey(bundle, leg).slot();
    let lock = overlay.read(&slot)?.ok_or(Rejection::UnknownLeg)?;
    participant::forget(context.time, &lock)?;
    overlay.remove(&slot);
    applied(Event::LegForgotten { bundle, leg })
}
