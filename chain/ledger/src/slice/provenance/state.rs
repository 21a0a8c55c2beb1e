//! The slice's part of the state: one key per content on record.

use crate::{overlay::Overlay, verdict::Context};
use chain_state::ReadFailure;
use chain_types::{Digest, Subject, provenance::ContentKey, state::TypedKey};

/// Puts a content on record; whether it is new.
pub(super) fn record_content(
    context: &Context<'_>,
    event: Subject,
    content: Digest,
    overlay: &mut Overlay<'_>,
) -> Result<bool, ReadFailure> {
    let slot = ContentKey(context.tenant, event, content).slot();
    if overlay.contains(&slot)? {
        return Ok(false);
    }
    overlay.write(&slot, &());
    Ok(true)
}
