//! Anchors: what a verifier chooses to trust before it starts. Invariant: an [`Anchor`] holds a genesis document and
//! the id that is that document's digest.

use crate::{FILE_BYTES_MAX, VERSION, bundle::binary};
use chain_types::{ChainId, Digest, Genesis, genesis::GenesisError};
use serde::{Deserialize, Serialize};

/// A chain that a verifier trusts, as `GET /v1/ledger/anchor` serves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    chain_id: ChainId,
    genesis: Genesis,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    version: u32,
    #[serde(with = "binary::digest")]
    chain_id: Digest,
    #[serde(with = "binary::canonical")]
    genesis: Genesis,
}

/// Bytes that are not an anchor.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// Too long.
    #[error("an anchor is at most {FILE_BYTES_MAX} bytes")]
    Size,
    /// Not JSON, or not an anchor's members.
    #[error("not an anchor: {0}")]
    Shape(#[from] serde_json::Error),
    /// Written for a later program.
    #[error("an anchor of version {0} is not known")]
    Version(u32),
    /// The id is not the genesis document's digest.
    #[error("the chain id is not that of the genesis document")]
    ChainId,
    /// No chain may start from this document.
    #[error("not a genesis document: {0}")]
    Genesis(#[from] GenesisError),
}

impl Anchor {
    /// The anchor of a chain.
    pub fn of(genesis: Genesis) -> Self {
        Self { chain_id: genesis.chain_id(), genesis }
    }

    /// Reads an anchor file.
    ///
    /// # Errors
    /// [`AnchorError`] names the fault.
    pub fn parse(bytes: &[u8]) -> Result<Self, AnchorError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(AnchorError::Size);
        }
        let members: Members = serde_json::from_slice(bytes)?;
        if members.version != VERSION {
            return Err(AnchorError::Version(members.version));
        }
        members.genesis.check()?;
        let anchor = Self::of(members.genesis);
        if anchor.chain_id.0 == members.chain_id { Ok(anchor) } else { Err(AnchorError::ChainId) }
    }

    /// The anchor as JSON text, in one line.
    pub fn to_json(&self) -> Vec<u8> {
        let members = Members { version: VERSION, chain_id: self.chain_id.0, genesis: self.genesis.clone() };
        serde_json::to_vec(&members).expect("strings and numbers are written to memory without errors")
    }

    /// The chain's id.
    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The chain's genesis document.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }
}
