//! The outbox and inbox rules of one-way messages between shards [P20, messages]. Invariant: an inbox accepts each
//! source's sequence numbers without gaps or repetition. A message stays in the outbox until a proof shows that the
//! destination accepted it.

use crate::{Place, Rejection, mutant, trust::claimed};
use chain_types::{
    ShardId, TxId,
    atomic::{InboxCursorKey, Message, OutboxHead, OutboxKey, Payload, Proof},
    codec, limit,
};

/// Builds the next message to a shard.
///
/// # Errors
/// [`Rejection::UnknownDestination`], or [`Rejection::OutboxFull`] for a credit. Returns are never refused for room.
pub fn append(
    place: Place<'_>,
    tx_id: TxId,
    destination: ShardId,
    head: OutboxHead,
    payload: Payload,
) -> Result<Message, Rejection> {
    if destination == place.shard || destination.0 >= place.shards {
        return Err(Rejection::UnknownDestination);
    }
    let waiting = head.sent.saturating_sub(head.acknowledged);
    if waiting >= limit::OUTBOX_WAITING_MAX && matches!(payload, Payload::Credit { .. }) {
        return Err(Rejection::OutboxFull);
    }
    let origin = (place.trust.chain_id(), place.trust.epoch(), tx_id);
    Ok(Message::new(origin, (place.shard, destination, head.sent.saturating_add(1)), payload))
}

/// Checks that a message is the next of its source. `cursor` is the last sequence number accepted from that source.
///
/// # Errors
/// The [`Rejection`] gives the reason why it is not the next.
pub fn accept(place: Place<'_>, cursor: u64, message: &Message, proof: &Proof) -> Result<(), Rejection> {
    let binding = &message.binding;
    if binding.chain_id != place.trust.chain_id() {
        return Err(Rejection::WrongChain);
    }
    if binding.destination != place.shard {
        return Err(Rejection::WrongShard);
    }
    // A deliberately broken variant; the simulator must detect it.
    if binding.sequence <= cursor && !mutant::is(mutant::DELIVER_TWICE) {
        return Err(Rejection::MessageReplayed);
    }
    if binding.sequence > cursor.saturating_add(1) && !mutant::is(mutant::DELIVER_OUT_OF_ORDER) {
        return Err(Rejection::MessageOutOfOrder);
    }
    let key = OutboxKey(place.shard, binding.sequence);
    place.trust.check_present(proof, binding.source, &key, &codec::encode(message))
}

/// The outbox head after a proof of the destination's cursor. It advances by at most [`limit::OUTBOX_DROPPED_MAX`]; the
/// caller removes the messages that it passes.
///
/// # Errors
/// The [`Rejection`] gives the reason why it does not advance.
pub fn acknowledge(
    place: Place<'_>,
    destination: ShardId,
    head: OutboxHead,
    proof: &Proof,
) -> Result<OutboxHead, Rejection> {
    let key = InboxCursorKey(place.shard);
    let (value, cursor) = claimed(&proof.state, &key)?;
    let cursor = if mutant::is(mutant::ACKNOWLEDGE_EARLY) { head.sent } else { cursor };
    let acknowledged = cursor.min(head.sent).min(head.acknowledged.saturating_add(limit::OUTBOX_DROPPED_MAX));
    if acknowledged <= head.acknowledged {
        return Err(Rejection::NothingAcknowledged);
    }
    place.trust.check_present(proof, destination, &key, value)?;
    Ok(OutboxHead { acknowledged, ..head })
}
