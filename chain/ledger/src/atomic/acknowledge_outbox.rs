//! `acknowledge_outbox`: messages that the destination took in leave the outbox, so that it does not grow for ever.

use super::{applied, rejected, send::outbox_head};
use crate::{
    block::{Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    ShardId,
    atomic::{Event, Proof},
    state::StateKey,
};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    destination: ShardId,
    proof: &Proof,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let before = outbox_head(destination, overlay)?;
    let after = match chain_atomic::message::acknowledge(context.law.place(), destination, before, proof) {
        Ok(after) => after,
        Err(refusal) => return Ok(Err(rejected(refusal))),
    };
    for sequence in before.acknowledged.saturating_add(1)..=after.acknowledged {
        overlay.remove(&StateKey::Outbox(destination, sequence).path());
    }
    overlay.write(&StateKey::OutboxHead(destination).path(), &after);
    Ok(Ok(applied(Event::OutboxAcknowledged { destination, sequence: after.acknowledged })))
}
