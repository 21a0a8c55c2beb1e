//! The answers of a node: outcomes, tips, state proofs and shard status. Invariant: every result that an answer calls
//! final was durable and certified before.

use chain_consensus::Committee;
use chain_types::{
    BlockHeader, Certificate, Digest, Height, Receipt, ShardId, StreamHead, TimestampMs, TxId, View,
    atomic::{CertifiedHeader, Proof},
    beacon::Evidence,
    state::StateProof,
    version::Outdated,
};
use std::sync::Arc;

/// The outcome of a final transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Final {
    pub shard: ShardId,
    /// The height of its block.
    pub height: Height,
    /// The time of its block.
    pub timestamp_ms: TimestampMs,
    pub tx_id: TxId,
    /// The index of its first record within the block.
    pub first_record: u32,
    /// The receipts of its commands, in order.
    pub receipts: Vec<Receipt>,
}

/// The end of a shard's chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
    /// The height of the last final block; 0 before the first.
    pub height: Height,
    /// The digest of its header.
    pub digest: Digest,
    /// The time of its block, or of genesis.
    pub timestamp_ms: TimestampMs,
    /// Records since genesis.
    pub records: u64,
    /// Transactions since genesis.
    pub transactions: u64,
}

/// A stream's head, with its proof against the state of the newest final block.
#[derive(Clone, Debug)]
pub struct StreamProofParts {
    /// The header of the block whose state was proved.
    pub header: BlockHeader,
    /// The certificate of that block.
    pub certificate: Certificate,
    /// The head; `None` when the stream has no records.
    pub head: Option<StreamHead>,
    /// The proof of the head, or of its absence.
    pub proof: StateProof,
    /// The proof of the value at [`StateKey::Ancestry`], which commits to all headers before the block.
    pub ancestry: StateProof,
}

/// State keys of a shard, each proved present or absent against the newest final block.
#[derive(Clone, Debug)]
pub struct StateProofs {
    /// The header and certificate of the block whose state was proved.
    pub block: CertifiedHeader,
    /// One proof per requested key, in the same order.
    pub proofs: Vec<StateProof>,
}

impl StateProofs {
    /// The proof at an index, in the form that commands across shards carry [P21, bundles: atomic transactions across
    /// shards]; `None` beyond the last.
    pub fn proof(&self, at: usize) -> Option<Proof> {
        Some(Proof { block: self.block.clone(), state: self.proofs.get(at)?.clone() })
    }
}

/// The status of a shard of this node.
#[derive(Clone, Debug)]
pub struct ShardStatus {
    pub shard: ShardId,
    /// This validator's index in the committee; `None` for a follower.
    pub index: Option<u16>,
    /// The committee that decides the next block.
    pub committee: Arc<Committee>,
    pub tip: Tip,
    /// The height that the committee is known to have reached, or the highest claim of a peer while that is unknown.
    pub known: Option<Height>,
    /// The view of the height in progress; 0 while the first leader is awaited.
    pub view: View,
    /// The sum of the views in which the blocks since this process began were decided: how often a leader was passed
    /// over.
    pub views_skipped: u64,
    /// The number of pending transactions.
    pub waiting: usize,
    /// The certificate of the last final block, which lists its signers.
    pub certificate: Option<Certificate>,
    /// Equivocations and broken promises of validators that this node has seen.
    pub accusations: Vec<Evidence>,
    /// Set when the shard has stopped because the next epoch follows a protocol version that this build does not know.
    pub outdated: Option<Outdated>,
}
