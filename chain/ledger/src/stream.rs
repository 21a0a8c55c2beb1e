//! Reads and extends the streams (records of one subject) in the state [P6, streams]. Invariant: a record is appended
//! once to each of the given streams, in block order.

use crate::overlay::Overlay;
use chain_state::ReadFailure;
use chain_types::{
    Digest, StreamHead, Subject, TenantId,
    state::{Slot, StreamKey, TypedKey},
};

/// The head of a stream; the default head when it has no records.
pub(crate) fn head(overlay: &mut Overlay<'_>, tenant: TenantId, subject: Subject) -> Result<StreamHead, ReadFailure> {
    Ok(overlay.read(&StreamKey(tenant, subject).slot())?.unwrap_or_default())
}

/// Appends a record's leaf to streams.
pub(crate) fn push(overlay: &mut Overlay<'_>, streams: &[Slot<StreamHead>], leaf: &Digest) -> Result<(), ReadFailure> {
    for stream in streams {
        let head = overlay.read(stream)?.unwrap_or_default();
        overlay.write(stream, &head.push(leaf));
    }
    Ok(())
}
