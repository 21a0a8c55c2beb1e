//! State keys of the provenance slice. Invariant: each key determines the type of its value. Keys are only appended,
//! because a key's position is its encoding.

use crate::{digest::Digest, id::TenantId, state::keys, stream::Subject};

keys! {
    Provenance;
    /// Present when this content is recorded under an event's id.
    Content: ContentKey(TenantId, Subject, Digest) => ();
    /// The content of the newest version of an element's master data.
    MasterData: MasterDataKey(TenantId, Subject) => Digest;
}
