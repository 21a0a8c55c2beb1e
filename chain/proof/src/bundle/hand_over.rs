//! The members of a hand-over in a bundle. Invariant: they are those of [`HandOverProof`], no more and no fewer.

use super::{BlockPart, InclusionPart, binary};
use chain_types::{
    Digest, TxId,
    atomic::CertifiedHeader,
    beacon::{HandOver, HandOverProof},
    merkle::Path,
};
use serde::{Deserialize, Serialize};

/// The record that ended an epoch, as far as it takes to find it in its block: its receipt follows from what it
/// decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOverPart {
    /// What was decided: who validates from the next epoch on.
    #[serde(with = "binary::canonical")]
    pub hand_over: HandOver,
    /// The id of the record's transaction.
    #[serde(with = "binary::digest")]
    pub tx_id: Digest,
    /// The command's index within the transaction, from 0.
    pub index: u32,
    /// The command without its body; only hashed.
    #[serde(with = "binary::bytes")]
    pub core: Vec<u8>,
    /// The digest of the command's body.
    #[serde(with = "binary::digest")]
    pub body: Digest,
    /// Where the record stands in its block.
    pub inclusion: InclusionPart,
    /// The beacon's last block of the epoch that ended.
    pub block: BlockPart,
}

impl HandOverPart {
    /// The place of the record as the Merkle tree defines it.
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
