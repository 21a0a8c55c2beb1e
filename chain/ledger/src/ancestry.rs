//! Adds a block's parent to the ancestry tree in the state [P7, blocks]. Invariant: after the block of height h the
//! state holds the tree over h headers. A block's certificate therefore covers all blocks before it.

use crate::{mutant, overlay::Overlay};
use chain_state::ReadFailure;
use chain_types::{
    Digest,
    state::{AncestryKey, TypedKey},
};

/// Adds the parent of the block in execution.
pub(crate) fn push(overlay: &mut Overlay<'_>, parent: &Digest) -> Result<(), ReadFailure> {
    // A deliberately broken variant; the simulator must detect it.
    if mutant::is(mutant::FORGET_ANCESTORS) {
        return Ok(());
    }
    let slot = AncestryKey.slot();
    let mut ancestry = overlay.read(&slot)?.unwrap_or_default();
    ancestry.push(parent);
    overlay.write(&slot, &ancestry);
    Ok(())
}
