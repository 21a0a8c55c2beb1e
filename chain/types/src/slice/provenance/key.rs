//! Keys of the provenance slice. Invariant: as for [`crate::state::StateKey`].

use crate::{digest::Digest, id::TenantId, state::keys, stream::Subject};

keys! {
    Provenance;
    /// Present when this content is recorded under an event's id.
    Content: ContentKey(TenantId, Subject, Digest) => ();
}
