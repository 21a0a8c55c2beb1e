//! Records captured contents in the state, one key per content. Invariant: a recorded content is never changed or
//! removed.

use crate::{overlay::Overlay, verdict::Context};
use chain_state::ReadFailure;
use chain_types::{Digest, Subject, provenance::ContentKey, state::TypedKey};

/// Records a content and returns `true`, or returns `false` when it was recorded before.
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
