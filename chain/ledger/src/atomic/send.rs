//! `send`: the transaction's tenant pays a tenant of another shard; the amount travels as a message.

use super::{applied, rejected};
use crate::{
    block::{Context, Verdict},
    native,
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    ShardId, TenantId,
    atomic::{Event, Message, OutboxHead, Payload},
    native::Amount,
    state::StateKey,
};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    to: TenantId,
    destination: ShardId,
    amount: Amount,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    if amount == Amount::ZERO {
        return Ok(Err(native::Error::AmountZero.into()));
    }
    let payload = Payload::Credit { from: context.tenant, to, amount };
    let head = outbox_head(destination, overlay)?;
    let message = match chain_atomic::message::append(context.law.place(), context.tx_id, destination, head, payload) {
        Ok(message) => message,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    let Some(rest) = native::balance(context.law, context.tenant, overlay)?.checked_sub(amount) else {
        return Ok(Err(native::Error::InsufficientBalance.into()));
    };
    native::set_balance(context.tenant, rest, overlay);
    post(head, &message, overlay);
    Ok(Ok(applied(Event::Sent { destination, sequence: message.binding.sequence })))
}

/// How far the outbox for a shard is.
pub(super) fn outbox_head<R: LeafReader>(
    destination: ShardId,
    overlay: &mut Overlay<'_, R>,
) -> Result<OutboxHead, ReadFailure> {
    Ok(overlay.read(&StateKey::OutboxHead(destination).path())?.unwrap_or_default())
}

/// Puts a message into the outbox.
pub(super) fn post<R: LeafReader>(head: OutboxHead, message: &Message, overlay: &mut Overlay<'_, R>) {
    let (destination, sequence) = (message.binding.destination, message.binding.sequence);
    overlay.write(&StateKey::Outbox(destination, sequence).path(), message);
    overlay.write(&StateKey::OutboxHead(destination).path(), &OutboxHead { sent: sequence, ..head });
}
