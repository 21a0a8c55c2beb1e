//! The part of a report that names the trusted committee. Invariant: `source` is `anchor` exactly when the reader gave
//! an anchor.

use super::record::rfc3339;
use crate::Anchor;
use chain_types::Genesis;
use serde::Serialize;

/// The source that named the first trusted committee.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustSource {
    /// The bundle's own genesis document.
    Bundle,
    /// The reader's anchor.
    Anchor,
}

/// The first trusted committee.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TrustReport {
    pub source: TrustSource,
    /// The first epoch of the committee.
    pub epoch: u64,
    /// The height of the header on the beacon's shard that names the committee. 0 for a genesis document.
    pub height: u64,
    /// The time of that header or genesis document: RFC 3339, UTC, milliseconds.
    pub as_of: String,
}

impl TrustReport {
    /// The committee of the bundle's own genesis document.
    pub(crate) fn of_bundle(genesis: &Genesis) -> Self {
        let as_of = rfc3339(genesis.timestamp_ms);
        Self { source: TrustSource::Bundle, epoch: genesis.validators.epoch.0, height: 0, as_of }
    }

    /// The committee of the reader's anchor.
    pub(crate) fn of_anchor(anchor: &Anchor) -> Self {
        let (epoch, height) = (anchor.epoch().0, anchor.height().0);
        Self { source: TrustSource::Anchor, epoch, height, as_of: rfc3339(anchor.as_of()) }
    }
}
