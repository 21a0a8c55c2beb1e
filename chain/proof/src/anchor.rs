//! Anchors: the committee of validators that a verifier trusts before it starts. Invariant: an [`Anchor`] names one
//! committee of one chain. The name is a genesis document, or a hand-over with the header that records it.

mod file;

use crate::{TrustReport, bundle::HandOverPart, verify::check_decision};
use chain_types::{
    ChainId, Digest, Epoch, Genesis, Height, TimestampMs,
    beacon::{HandOver, HandOverProof},
};
pub use file::AnchorError;

/// A committee that a verifier trusts, together with every committee that it hands over to later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    chain_id: ChainId,
    committee: HandOver,
    origin: Origin,
}

/// The source that names an anchor's committee.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Origin {
    Genesis(Box<Genesis>),
    /// A hand-over, recorded in the last block of an epoch on the beacon's shard.
    HandOver(Box<HandOverPart>),
}

impl Anchor {
    /// The anchor of a chain's first epoch.
    ///
    /// # Errors
    /// [`AnchorError::Genesis`] when no chain may start from the document.
    pub fn of(genesis: Genesis) -> Result<Self, AnchorError> {
        genesis.check()?;
        let (chain_id, committee) = (genesis.chain_id(), genesis.hand_over());
        Ok(Self { chain_id, committee, origin: Origin::Genesis(Box::new(genesis)) })
    }

    /// The anchor of the epoch that a hand-over begins. The certificate is kept but not checked, since the validators
    /// that signed it are not part of the anchor.
    ///
    /// # Errors
    /// [`AnchorError::HandOver`] when the hand-over is not recorded in its own header.
    pub fn of_hand_over(proof: &HandOverProof) -> Result<Self, AnchorError> {
        Self::of_part(proof.block.header.chain_id, HandOverPart::from(proof))
    }

    fn of_part(chain_id: ChainId, part: HandOverPart) -> Result<Self, AnchorError> {
        if part.block.header.chain_id != chain_id {
            return Err(AnchorError::ChainId);
        }
        if !part.block.header.is_finalised_by(&part.block.certificate.vote) {
            return Err(AnchorError::HandOver("the certificate is for another block"));
        }
        check_decision(&part).map_err(AnchorError::HandOver)?;
        Ok(Self { chain_id, committee: part.hand_over.clone(), origin: Origin::HandOver(Box::new(part)) })
    }

    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The first epoch whose validators are trusted.
    pub const fn epoch(&self) -> Epoch {
        self.committee.epoch()
    }

    /// The committee that is trusted from [`Self::epoch`] on.
    pub const fn committee(&self) -> &HandOver {
        &self.committee
    }

    /// The height of the header that names the committee. 0 for a genesis document.
    pub fn height(&self) -> Height {
        match &self.origin {
            Origin::Genesis(_) => Height(0),
            Origin::HandOver(part) => part.block.header.height,
        }
    }

    /// The time at which the committee was named: that of the genesis document or of the header.
    pub fn as_of(&self) -> TimestampMs {
        match &self.origin {
            Origin::Genesis(genesis) => genesis.timestamp_ms,
            Origin::HandOver(part) => part.block.header.timestamp_ms,
        }
    }

    /// The [`TrustReport`] of a verification with this anchor.
    pub fn trust(&self) -> TrustReport {
        TrustReport::of_anchor(self)
    }

    /// The digest to compare with other holders of the anchor: the chain's id for a genesis document, otherwise the
    /// header's digest.
    pub fn digest(&self) -> Digest {
        match &self.origin {
            Origin::Genesis(_) => self.chain_id.0,
            Origin::HandOver(part) => part.block.header.digest(),
        }
    }
}
