//! Streams in the state [P6]. Invariant: a record joins the stream of every subject it names, once, in block order.

use crate::overlay::Overlay;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Digest, StreamHead, Subject, TenantId, state::StateKey};

pub(crate) fn head<R: LeafReader>(
    overlay: &mut Overlay<'_, R>,
    tenant: TenantId,
    subject: Subject,
) -> Result<StreamHead, ReadFailure> {
    Ok(overlay.read(&StateKey::Stream(tenant, subject).path())?.unwrap_or_default())
}

pub(crate) fn push<R: LeafReader>(
    overlay: &mut Overlay<'_, R>,
    paths: &[Digest],
    leaf: &Digest,
) -> Result<(), ReadFailure> {
    for path in paths {
        let head: StreamHead = overlay.read(path)?.unwrap_or_default();
        overlay.write(path, &head.push(leaf));
    }
    Ok(())
}
