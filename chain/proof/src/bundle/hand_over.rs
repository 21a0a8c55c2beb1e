//! A hand-over between committees as part of a bundle (evidence file). Invariant: a [`HandOverPart`] has exactly the
//! members of a [`HandOverProof`].

use super::{BlockPart, InclusionPart, binary};
use chain_types::{
    Digest, TxId,
    atomic::CertifiedHeader,
    beacon::{HandOver, HandOverProof},
    merkle::Path,
};
use serde::{Deserialize, Serialize};

/// The record that ended an epoch. The receipt is not included, because it follows from `hand_over`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOverPart {
    /// The hand-over that the record decided, with the validators of the next epoch.
    #[serde(with = "binary::canonical")]
    pub hand_over: HandOver,
    /// The id of the record's transaction.
    #[serde(with = "binary::digest")]
    pub tx_id: Digest,
    /// The command's index within the transaction, from 0.
    pub index: u32,
    /// The command without its body, encoded. Only its hash matters.
    #[serde(with = "binary::bytes")]
    pub core: Vec<u8>,
    /// The digest of the command's body.
    #[serde(with = "binary::digest")]
    pub body: Digest,
    /// The record's position in its block.
    pub inclusion: InclusionPart,
    /// The beacon's last block of the epoch that ended.
    pub block: BlockPart,
}

impl HandOverPart {
    /// The record's path as the type of the Merkle tree.
    pub fn path(&self) -> Path {
        let InclusionPart { index, size, path } = &self.inclusion;
        Path { index: *index, size: *size, siblings: path.clone() }
    }
}

impl From<&HandOverProof> for HandOverPart {
    fn from(proof: &HandOverProof) -> Self {
        let HandOverProof { block, hand_over, tx_id, index, core, body, path } = proof;
        let CertifiedHeader { header, certificate } = block.clone();
        let TxId(tx_id) = *tx_id;
        let Path { index: place, size, siblings } = path.clone();
        Self {
            hand_over: hand_over.clone(),
            tx_id,
            index: *index,
            core: core.clone(),
            body: *body,
            inclusion: InclusionPart { index: place, size, path: siblings },
            block: BlockPart { header, certificate },
        }
    }
}
