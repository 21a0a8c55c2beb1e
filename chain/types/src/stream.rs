//! Streams: for each subject of a tenant, the digest chain of all records about it [P6, subjects and streams].
//! Invariant: a head of count n is the digest of exactly n record leaves in order. Leaves that lead to the head are
//! therefore all records of the stream.

use crate::{
    digest::{Digest, Tag, hash},
    id::TenantId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A blinded identifier that a record is about: `H(tenant, kind, blind, id)`. Without the blind of an id nobody can
/// test a guess of it. Disclosing one blind reveals nothing about other ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Subject(pub Digest);

/// The kinds of subjects. Their texts are part of bundles and of the digest.
pub mod kind {
    /// An EPCIS event id.
    pub const EVENT: &str = "event";
    /// An EPC, EPC class or lot: its canonical GS1 Digital Link URI, or the text as written when it is not a GS1 key.
    pub const EPC: &str = "epc";
    /// An element of master data: the URI of its vocabulary, a space, and its id in the canonical form of [`EPC`].
    pub const MASTER_DATA: &str = "master_data";
}

impl Subject {
    /// The subject digest of an id. `blind` is 32 bytes that only the tenant can derive.
    pub fn of(tenant: TenantId, kind: &str, id: &str, blind: &[u8; 32]) -> Self {
        let length = u8::try_from(kind.len()).unwrap_or(u8::MAX);
        Self(hash(Tag::SUBJECT, &[&tenant.0, &[length], kind.as_bytes(), blind, id.as_bytes()]))
    }
}

/// The head of a stream in the ledger's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct StreamHead {
    /// The number of records in the stream.
    pub count: u64,
    /// The digest chain over the record leaves. Zero when there are none.
    pub digest: Digest,
}

impl StreamHead {
    /// The head after one more record.
    #[must_use]
    pub fn push(&self, leaf: &Digest) -> Self {
        Self { count: self.count.saturating_add(1), digest: hash(Tag::STREAM, &[&self.digest.0, &leaf.0]) }
    }
}
