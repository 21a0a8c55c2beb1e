//! Reads and extends the streams in the state [P6]. Invariant: a record joins the stream of every subject it names,
//! once, in block order.

use crate::overlay::Overlay;
use chain_state::ReadFailure;
use chain_types::{
    Digest, StreamHead, Subject, TenantId,
    state::{Slot, StreamKey, TypedKey},
};

pub(crate) fn head(overlay: &mut Overlay<'_>, tenant: TenantId, subject: Subject) -> Result<StreamHead, ReadFailure> {
    Ok(overlay.read(&StreamKey(tenant, subject).slot())?.unwrap_or_default())
}

pub(crate) fn push(overlay: &mut Overlay<'_>, streams: &[Slot<StreamHead>], leaf: &Digest) -> Result<(), ReadFailure> {
    for stream in streams {
        let head = overlay.read(stream)?.unwrap_or_default();
        overlay.write(stream, &head.push(leaf));
    }
    Ok(())
}
