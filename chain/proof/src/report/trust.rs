//! What a verification rests on. Invariant: `source` is `anchor` exactly when the reader gave one.

use super::record::rfc3339;
use crate::Anchor;
use chain_types::Genesis;
use serde::Serialize;

/// Where the first committee that is believed was named.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustSource {
    /// In the bundle's own genesis document.
    Bundle,
    /// In the reader's anchor.
    Anchor,
}

/// The first committee that is believed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TrustReport {
    /// Where it was named.
    pub source: TrustSource,
    /// The epoch from which on it is believed.
    pub epoch: u64,
    /// The height of the header of the beacon's shard that names it; 0 for a genesis document.
    pub height: u64,
    /// When that was: RFC 3339, UTC, milliseconds.
    pub as_of: String,
}

impl TrustReport {
    /// What a bundle asks to be believed on its own word.
    pub(crate) fn of_bundle(genesis: &Genesis) -> Self {
        let as_of = rfc3339(genesis.timestamp_ms);
        Self { source: TrustSource::Bundle, epoch: genesis.validators.epoch.0, height: 0, as_of }
    }

    /// What a reader chose to believe.
    pub(crate) fn of_anchor(anchor: &Anchor) -> Self {
        let (epoch, height) = (anchor.epoch().0, anchor.height().0);
        Self { source: TrustSource::Anchor, epoch, height, as_of: rfc3339(anchor.as_of()) }
    }
}
