//! Messages between shards [P20]. Invariant: the inbox takes the numbers of each source in without a gap and without a
//! repetition, so a message takes effect at most once and in order, whoever relays it and however often.

use crate::{Place, Refusal};
use chain_types::{
    ShardId, TxId,
    atomic::{Message, Payload, Proof},
    codec,
    state::StateKey,
};

/// The next message to a shard, given how many were sent to it before.
///
/// # Errors
/// [`Refusal::UnknownDestination`].
pub fn append(
    place: Place<'_>,
    tx_id: TxId,
    destination: ShardId,
    count: u64,
    payload: Payload,
) -> Result<Message, Refusal> {
    if destination == place.shard || destination.0 >= place.shards {
        return Err(Refusal::UnknownDestination);
    }
    let origin = (place.trust.chain_id(), place.trust.epoch(), tx_id);
    Ok(Message::new(origin, (place.shard, destination, count.saturating_add(1)), payload))
}

/// Checks that a message is the next of its source, given how many of that source were taken in before.
///
/// # Errors
/// [`Refusal`] names why it is not.
pub fn accept(place: Place<'_>, cursor: u64, message: &Message, proof: &Proof) -> Result<(), Refusal> {
    let binding = &message.binding;
    if binding.chain_id != place.trust.chain_id() {
        return Err(Refusal::WrongChain);
    }
    if binding.destination != place.shard {
        return Err(Refusal::WrongShard);
    }
    if binding.sequence <= cursor {
        return Err(Refusal::MessageReplayed);
    }
    if binding.sequence != cursor.saturating_add(1) {
        return Err(Refusal::MessageOutOfOrder);
    }
    let key = StateKey::Outbox(place.shard, binding.sequence);
    place.trust.check_present(proof, binding.source, &key, &codec::encode(message))
}
