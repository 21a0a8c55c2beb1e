//! Reads and writes anchor files: one JSON object with a version. Invariant: parsing accepts only anchors whose parts
//! fit together. A written anchor parses to the same value.

use super::{Anchor, Origin};
use crate::{
    FILE_BYTES_MAX, VERSION,
    bundle::{HandOverPart, binary},
    object, version,
};
use chain_types::{ChainId, Digest, Genesis, genesis::GenesisError, version::Versions};
use serde::{Deserialize, Serialize};

/// The members of the file: exactly one of `genesis` and `hand_over` is present.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    version: u32,
    #[serde(with = "binary::digest")]
    chain_id: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    genesis: Option<GenesisText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hand_over: Option<HandOverPart>,
}

#[derive(Serialize, Deserialize)]
struct GenesisText(#[serde(with = "binary::canonical")] Genesis);

/// Reasons why bytes are not a valid anchor.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// Longer than [`FILE_BYTES_MAX`].
    #[error("an anchor is at most {FILE_BYTES_MAX} bytes")]
    Size,
    /// Not JSON, or JSON without exactly the members of an anchor.
    #[error("not an anchor: {0}")]
    Shape(#[from] serde_json::Error),
    /// The file names an unknown version. The text begins with the stable code and names the version.
    #[error("{0}")]
    Version(String),
    /// Both a genesis document and a hand-over, or neither.
    #[error("an anchor holds either a genesis document or a hand-over")]
    Origin,
    /// The id is neither the genesis document's digest nor the one in the hand-over's header.
    #[error("the chain id is not that of the genesis document or of the header")]
    ChainId,
    /// The document is not a valid start of a chain.
    #[error("not a genesis document: {0}")]
    Genesis(#[from] GenesisError),
    /// The header does not record this hand-over.
    #[error("not a hand-over at an epoch's end: {0}")]
    HandOver(&'static str),
}

impl Anchor {
    /// Parses an anchor file.
    ///
    /// # Errors
    /// [`AnchorError`], naming the fault.
    pub fn parse(bytes: &[u8]) -> Result<Self, AnchorError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(AnchorError::Size);
        }
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        if let Some(detail) = version::unreadable(Versions::KNOWN, "anchor", text) {
            return Err(AnchorError::Version(detail));
        }
        let members: Members = object::read(text)?;
        let chain_id = ChainId(members.chain_id);
        match (members.genesis, members.hand_over) {
            (Some(GenesisText(genesis)), None) => {
                let anchor = Self::of(genesis)?;
                if anchor.chain_id == chain_id { Ok(anchor) } else { Err(AnchorError::ChainId) }
            }
            (None, Some(part)) => Self::of_part(chain_id, part),
            (Some(_), Some(_)) | (None, None) => Err(AnchorError::Origin),
        }
    }

    /// The anchor as JSON text on one line.
    pub fn to_json(&self) -> Vec<u8> {
        let (genesis, hand_over) = match &self.origin {
            Origin::Genesis(genesis) => (Some(GenesisText(Genesis::clone(genesis))), None),
            Origin::HandOver(part) => (None, Some(HandOverPart::clone(part))),
        };
        let members = Members { version: VERSION, chain_id: self.chain_id.0, genesis, hand_over };
        serde_json::to_vec(&members).expect("serializing strings and numbers to memory cannot fail")
    }
}
