//! The slice's part of the state: one key per content on record.

use crate::{block::Context, overlay::Overlay};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Digest, Subject, state::StateKey};

/// Puts a content on record; whether it is new.
pub(super) fn record_content<R: LeafReader>(
    context: &Context<'_>,
    event: Subject,
    content: Digest,
    overlay: &mut Overlay<'_, R>,
) -> Result<bool, ReadFailure> {
    let path = StateKey::ProvenanceEvent(context.tenant, event, content).path();
    if overlay.contains(&path)? {
        return Ok(false);
    }
    overlay.write(&path, &());
    Ok(true)
}
