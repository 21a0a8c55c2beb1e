//! `send`: the transaction's tenant pays a tenant of another shard. Invariant: the amount leaves the balance in the
//! same step that puts its message into the outbox.

use crate::{
    native,
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_state::ReadFailure;
use chain_types::{
    ShardId,
    atomic::{Event, Message, OutboxHead, OutboxHeadKey, OutboxKey, Payload, Send},
    native::Amount,
    state::TypedKey,
};

pub(super) fn execute(context: &Context<'_>, command: &Send, overlay: &mut Overlay<'_>) -> Verdict {
    let Send { to, destination, amount } = *command;
    require(amount > Amount::ZERO, native::Rejection::AmountZero)?;
    let payload = Payload::Credit { from: context.tenant, to, amount };
    let head = outbox_head(destination, overlay)?;
    let message = chain_atomic::message::append(context.law.place(), context.tx_id, destination, head, payload)?;
    let rest = native::balance(context.law, context.tenant, overlay)?.checked_sub(amount);
    native::set_balance(context.tenant, rest.ok_or(native::Rejection::InsufficientBalance)?, overlay);
    post(head, &message, overlay);
    applied(Event::Sent { destination, sequence: message.binding.sequence })
}

/// The sequence numbers of the outbox for a shard; zero when nothing was sent yet.
pub(super) fn outbox_head(destination: ShardId, overlay: &mut Overlay<'_>) -> Result<OutboxHead, ReadFailure> {
    Ok(overlay.read(&OutboxHeadKey(destination).slot())?.unwrap_or_default())
}

/// Appends a message to the outbox.
pub(super) fn post(head: OutboxHead, message: &Message, overlay: &mut Overlay<'_>) {
    let (destination, sequence) = (message.binding.destination, message.binding.sequence);
    overlay.write(&OutboxKey(destination, sequence).slot(), message);
    overlay.write(&OutboxHeadKey(destination).slot(), &OutboxHead { sent: sequence, ..head });
}
