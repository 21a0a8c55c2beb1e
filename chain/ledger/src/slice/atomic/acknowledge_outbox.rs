//! `acknowledge_outbox`: removes the messages from the outbox that the destination accepted. Invariant: only messages
//! that the proved cursor has passed are removed.

use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied},
};
use chain_types::{
    atomic::{AcknowledgeOutbox, Event, OutboxHeadKey, OutboxKey},
    state::TypedKey,
};

pub(super) fn execute(context: &Context<'_>, command: &AcknowledgeOutbox, overlay: &mut Overlay<'_>) -> Verdict {
    let AcknowledgeOutbox { destination, proof } = command;
    let destination = *destination;
    let slot = OutboxHeadKey(destination).slot();
    let before = overlay.read(&slot)?.unwrap_or_default();
    let after = chain_atomic::message::acknowledge(context.law.place(), destination, before, proof)?;
    // `before.acknowledged` itself was removed by the previous acknowledgement.
    for sequence in (before.acknowledged..=after.acknowledged).skip(1) {
        overlay.remove(&OutboxKey(destination, sequence).slot());
    }
    overlay.write(&slot, &after);
    applied(Event::OutboxAcknowledged { destination, sequence: after.acknowledged })
}
