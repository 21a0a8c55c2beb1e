//! `deliver`: the next message of another shard takes effect here. A credit to an unknown tenant bounces, so that one
//! wrong address does not stop all that comes after it.

use super::{
    applied, rejected,
    send::{outbox_head, post},
};
use crate::{
    block::{Context, Verdict},
    native,
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    TenantId,
    atomic::{Event, Message, Payload, Proof},
    native::Amount,
    state::StateKey,
};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    message: &Message,
    proof: &Proof,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let (source, sequence) = (message.binding.source, message.binding.sequence);
    let cursor = overlay.read(&StateKey::InboxCursor(source).path())?.unwrap_or_default();
    if let Err(refusal) = chain_atomic::message::accept(context.law.place(), cursor, message, proof) {
        return Ok(Err(rejected(refusal)));
    }
    match message.payload {
        Payload::Credit { from, to, amount } if !native::has_account(to, overlay)? => {
            bounce(context, message, (from, amount), overlay)
        }
        Payload::Credit { to, amount, .. } | Payload::Return { to, amount, .. } => {
            let Some(sum) = native::balance(context.law, to, overlay)?.checked_add(amount) else {
                return Ok(Err(native::Error::BalanceOverflow.into()));
            };
            native::set_balance(to, sum, overlay);
            overlay.write(&StateKey::InboxCursor(source).path(), &sequence);
            Ok(Ok(applied(Event::Credited { source, sequence })))
        }
    }
}

fn bounce<R: LeafReader>(
    context: &Context<'_>,
    message: &Message,
    (payer, amount): (TenantId, Amount),
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let (source, sequence) = (message.binding.source, message.binding.sequence);
    let payload = Payload::Return { returns: sequence, to: payer, amount };
    let head = outbox_head(source, overlay)?;
    match chain_atomic::message::append(context.law.place(), context.tx_id, source, head, payload) {
        Ok(answer) => {
            post(head, &answer, overlay);
            overlay.write(&StateKey::InboxCursor(source).path(), &sequence);
            Ok(Ok(applied(Event::Bounced { source, sequence, returned_as: answer.binding.sequence })))
        }
        Err(refusal) => Ok(Err(rejected(refusal))),
    }
}
