//! `deliver`: applies the next message of another shard. A credit to an unknown tenant is returned to its sender,
//! because a rejection would block that shard's later messages. Invariant: the inbox cursor advances exactly when the
//! message takes effect.

use super::send::{outbox_head, post};
use crate::{
    native,
    overlay::Overlay,
    verdict::{Context, Verdict, applied},
};
use chain_types::{
    TenantId,
    atomic::{Deliver, Event, InboxCursorKey, Message, Payload},
    native::Amount,
    state::{Slot, TypedKey},
};

pub(super) fn execute(context: &Context<'_>, command: &Deliver, overlay: &mut Overlay<'_>) -> Verdict {
    let Deliver { message, proof } = command;
    let (source, sequence) = (message.binding.source, message.binding.sequence);
    let cursor = InboxCursorKey(source).slot();
    let last_accepted = overlay.read(&cursor)?.unwrap_or_default();
    chain_atomic::message::accept(context.law.place(), last_accepted, message, proof)?;
    match message.payload {
        Payload::Credit { from, to, amount } if !native::has_account(to, overlay)? => {
            bounce(context, message, (from, amount), &cursor, overlay)
        }
        Payload::Credit { to, amount, .. } | Payload::Return { to, amount, .. } => {
            let sum = native::balance(context.law, to, overlay)?.checked_add(amount);
            native::set_balance(to, sum.ok_or(native::Rejection::BalanceOverflow)?, overlay);
            overlay.write(&cursor, &sequence);
            applied(Event::Credited { source, sequence })
        }
    }
}

/// Accepts a credit whose receiver has no account here, and sends the amount back.
fn bounce(
    context: &Context<'_>,
    message: &Message,
    (payer, amount): (TenantId, Amount),
    cursor: &Slot<u64>,
    overlay: &mut Overlay<'_>,
) -> Verdict {
    let (source, sequence) = (message.binding.source, message.binding.sequence);
    let payload = Payload::Return { returns: sequence, to: payer, amount };
    let head = outbox_head(source, overlay)?;
    let answer = chain_atomic::message::append(context.law.place(), context.tx_id, source, head, payload)?;
    post(head, &answer, overlay);
    overlay.write(cursor, &sequence);
    applied(Event::Bounced { source, sequence, returned_as: answer.binding.sequence })
}
