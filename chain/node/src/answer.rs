//! Answers of a node. Invariant: all that an answer calls final was durable and certified before.

use chain_consensus::Committee;
use chain_types::{
    BlockHeader, Certificate, Digest, Height, Receipt, ShardId, StreamHead, TimestampMs, TxId,
    atomic::{CertifiedHeader, Proof},
    beacon::Evidence,
    state::StateProof,
    version::Outdated,
};
use std::sync::Arc;

/// A transaction that is on the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Final {
    /// Its shard.
    pub shard: ShardId,
    /// Its block.
    pub height: Height,
    /// Its block's time.
    pub timestamp_ms: TimestampMs,
    /// Its id.
    pub tx_id: TxId,
    /// The index of its first record within the block.
    pub first_record: u32,
    /// The receipts of its commands, in order.
    pub receipts: Vec<Receipt>,
}

/// The end of a shard's chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
    /// The last final block; 0 before the first.
    pub height: Height,
    /// The digest of its header.
    pub digest: Digest,
    /// Its time.
    pub timestamp_ms: TimestampMs,
    /// Records since genesis.
    pub records: u64,
    /// Transactions since genesis.
    pub transactions: u64,
}

/// A stream's head, and its proof against the state of the newest final block.
#[derive(Clone, Debug)]
pub struct StreamProofParts {
    /// The block whose state it is.
    pub header: BlockHeader,
    /// Its certificate.
    pub certificate: Certificate,
    /// The head, or `None` when the stream has no records.
    pub head: Option<StreamHead>,
    /// The proof of the head, or of its absence.
    pub proof: StateProof,
    /// The proof of all headers before the block, at [`StateKey::Ancestry`].
    pub ancestry: StateProof,
}

/// Keys of a shard's state, each proved present or absent against the newest final block.
#[derive(Clone, Debug)]
pub struct StateProofs {
    /// The block whose state it is.
    pub block: CertifiedHeader,
    /// One proof per key that was asked for, in that order.
    pub proofs: Vec<StateProof>,
}

impl StateProofs {
    /// The proof at an index, in the form that commands across shards carry [P21]; `None` beyond the last.
    pub fn proof(&self, at: usize) -> Option<Proof> {
        Some(Proof { block: self.block.clone(), state: self.proofs.get(at)?.clone() })
    }
}

/// The status of a shard of this node.
#[derive(Clone, Debug)]
pub struct ShardStatus {
    /// The shard.
    pub shard: ShardId,
    /// This validator's index, or `None` for a follower.
    pub index: Option<u16>,
    /// The committee that decides its next block.
    pub committee: Arc<Committee>,
    /// Its last final block.
    pub tip: Tip,
    /// Pending transactions.
    pub waiting: usize,
    /// The certificate of the last final block, with its signers.
    pub certificate: Option<Certificate>,
    /// Contradictions and broken promises of validators that this node has seen.
    pub accusations: Vec<Evidence>,
    /// Set when the shard has stopped because the next epoch follows a protocol version that this build does not know.
    pub outdated: Option<Outdated>,
}
