//! What a block commits to of the blocks before it [P7]. Invariant: after the block of height h the state holds the
//! tree over the h headers that its shard's blocks named as their parents, so whatever certifies a block certifies all
//! before it.

use crate::{mutant, overlay::Overlay};
use chain_state::ReadFailure;
use chain_types::{
    Digest,
    state::{AncestryKey, TypedKey},
};

/// Adds the parent of the block that is executed.
pub(crate) fn push(overlay: &mut Overlay<'_>, parent: &Digest) -> Result<(), ReadFailure> {
    if mutant::is(mutant::FORGET_ANCESTORS) {
        return Ok(());
    }
    let slot = AncestryKey.slot();
    let mut ancestry = overlay.read(&slot)?.unwrap_or_default();
    ancestry.push(parent);
    overlay.write(&slot, &ancestry);
    Ok(())
}
