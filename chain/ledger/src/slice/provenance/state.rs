//! Records contents in the state: of events, one key per content; of master data, one key per element with the newest
//! content. Invariant: a recorded content of an event is never changed or removed.

use crate::{overlay::Overlay, verdict::Context};
use chain_state::ReadFailure;
use chain_types::{
    Digest, Subject,
    provenance::{ContentKey, MasterDataKey},
    state::TypedKey,
};

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

/// Makes a content the newest one of an element and returns `true`, or returns `false` when it is that already.
pub(super) fn renew_content(
    context: &Context<'_>,
    element: Subject,
    content: Digest,
    overlay: &mut Overlay<'_>,
) -> Result<bool, ReadFailure> {
    let slot = MasterDataKey(context.tenant, element).slot();
    if overlay.read(&slot)? == Some(content) {
        return Ok(false);
    }
    overlay.write(&slot, &content);
    Ok(true)
}
