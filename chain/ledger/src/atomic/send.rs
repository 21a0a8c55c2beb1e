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
    atomic::{Event, Message, Payload},
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
    let count = outbox_count(destination, overlay)?;
    let message = match chain_atomic::message::append(context.law.place(), context.tx_id, destination, count, payload) {
        Ok(message) => message,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    let Some(rest) = native::balance(context.law, context.tenant, overlay)?.checked_sub(amount) else {
        return Ok(Err(native::Error::InsufficientBalance.into()));
    };
    native::set_balance(context.tenant, rest, overlay);
    post(&message, overlay);
    Ok(Ok(applied(Event::Sent { destination, sequence: message.binding.sequence })))
}

/// How many messages were put into the outbox for a shard.
pub(super) fn outbox_count<R: LeafReader>(
    destination: ShardId,
    overlay: &mut Overlay<'_, R>,
) -> Result<u64, ReadFailure> {
    Ok(overlay.read(&StateKey::OutboxCount(destination).path())?.unwrap_or_default())
}

/// Puts a message into the outbox.
pub(super) fn post<R: LeafReader>(message: &Message, overlay: &mut Overlay<'_, R>) {
    let (destination, sequence) = (message.binding.destination, message.binding.sequence);
    overlay.write(&StateKey::Outbox(destination, sequence).path(), message);
    overlay.write(&StateKey::OutboxCount(destination).path(), &sequence);
}
