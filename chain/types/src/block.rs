//! Blocks [P7]. Invariant: a header commits to everything its block did: the records, the write-set and the whole
//! state after it.

use crate::{
    beacon::HandOver,
    certificate::{Certificate, Step, Vote},
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, Height, ShardId, TimestampMs, View},
    merkle,
    receipt::Receipt,
    slice::Event,
    transaction::{Transaction, TxId},
    validator::ValidatorSet,
    version::ProtocolVersion,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A block's header.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BlockHeader {
    /// The rules that the block follows.
    pub version: ProtocolVersion,
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: ShardId,
    /// The epoch.
    pub epoch: Epoch,
    /// The height, from 1.
    pub height: Height,
    /// The consensus view it was proposed in.
    pub view: View,
    /// The digest of the header before it; [`crate::Genesis::first_parent`] for the first.
    pub parent: Digest,
    /// When it was proposed; not before its parent.
    pub timestamp_ms: TimestampMs,
    /// The transactions, see [`transactions_root`].
    pub transactions_root: Digest,
    /// The records, see [`crate::record::records_root`].
    pub records_root: Digest,
    /// The digest of the ordered write-set [P8].
    pub delta_root: Digest,
    /// The root of the authenticated state after this block.
    pub state_root: Digest,
    /// The digest of the validator set that may certify it.
    pub validator_set_hash: Digest,
    /// The proposer's index in that set.
    pub proposer: u16,
}

/// What a header commits to of its transactions: their number, and the root of the Merkle tree over their ids in block
/// order (RFC 9162 section 2.1).
pub fn transactions_root(ids: impl IntoIterator<Item = TxId>) -> Digest {
    let leaves: Vec<_> = ids.into_iter().map(|id| merkle::leaf_hash(&id.0.0)).collect();
    let count = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    hash(Tag::TRANSACTIONS, &[&count.to_le_bytes(), &merkle::root(&leaves).0])
}

impl BlockHeader {
    /// The block's digest.
    pub fn digest(&self) -> Digest {
        hash(Tag::HEADER, &[&crate::codec::encode(self)])
    }

    /// Whether a vote, under a quorum's signatures, makes this block final: it finalises the block's digest in the view
    /// the block was proposed in, or in a later one that proposed it again [P10].
    pub fn is_finalised_by(&self, vote: &Vote) -> bool {
        let own = self.finalise_vote();
        vote.view >= self.view && Vote { view: self.view, ..vote.clone() } == own
    }

    /// The vote that makes this block final in the view it was first proposed in.
    pub fn finalise_vote(&self) -> Vote {
        Vote {
            chain_id: self.chain_id,
            shard: self.shard,
            epoch: self.epoch,
            height: self.height,
            view: self.view,
            step: Step::Finalise,
            block: self.digest(),
        }
    }
}

/// A block: its transactions in order, and one receipt per command in the same order.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// The transactions.
    pub transactions: Vec<Transaction>,
    /// The receipts of all commands of all transactions.
    pub receipts: Vec<Receipt>,
}

/// A block with its header and the certificate that makes it final.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct FinalBlock {
    /// The header.
    pub header: BlockHeader,
    /// The certificate.
    pub certificate: Certificate,
    /// What the header commits to.
    pub block: Block,
}

/// Why a block from a stranger is not the next block of a shard.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FollowError {
    /// The header does not continue the chain.
    #[error("block {height} of shard {shard} does not follow its parent")]
    Parent {
        /// The shard.
        shard: ShardId,
        /// The height.
        height: Height,
    },
    /// The certificate is for another block or not valid.
    #[error("block {height} of shard {shard} carries no valid certificate")]
    Certificate {
        /// The shard.
        shard: ShardId,
        /// The height.
        height: Height,
    },
    /// The contents are not those the header commits to.
    #[error("block {height} of shard {shard} does not hold what its header commits to")]
    Contents {
        /// The shard.
        shard: ShardId,
        /// The height.
        height: Height,
    },
}

impl FinalBlock {
    /// The leaves of all records in order, recomputed; `None` when receipts and commands do not pair up.
    pub fn leaves(&self) -> Option<Vec<Digest>> {
        let mut receipts = self.block.receipts.iter();
        let mut leaves = Vec::with_capacity(self.block.receipts.len());
        for transaction in &self.block.transactions {
            let id = transaction.header.id();
            for (index, entry) in transaction.entries.iter().enumerate() {
                let core = crate::codec::encode(&entry.core);
                let receipt = crate::codec::encode(receipts.next()?);
                let index = u32::try_from(index).ok()?;
                leaves.push(crate::record::record_leaf(id, index, &core, &entry.body.digest(), &receipt));
            }
        }
        receipts.next().is_none().then_some(leaves)
    }

    /// Checks that this is the block after `parent` on its shard of a chain, certified by `validators`, and that it
    /// holds what its header commits to. Needs no state; the roots over state are the certificate's word.
    ///
    /// # Errors
    /// [`FollowError`] names the fault.
    pub fn check(&self, chain_id: ChainId, validators: &ValidatorSet, parent: &Digest) -> Result<(), FollowError> {
        self.check_leaves(chain_id, validators, parent).map(drop)
    }

    /// As [`Self::check`], and returns [`Self::leaves`], which the check computes anyway.
    ///
    /// # Errors
    /// [`FollowError`] names the fault.
    pub fn check_leaves(
        &self,
        chain_id: ChainId,
        validators: &ValidatorSet,
        parent: &Digest,
    ) -> Result<Vec<Digest>, FollowError> {
        let (shard, height) = (self.header.shard, self.header.height);
        if self.header.chain_id != chain_id || self.header.parent != *parent {
            return Err(FollowError::Parent { shard, height });
        }
        let certified = self.header.is_finalised_by(&self.certificate.vote)
            && self.header.validator_set_hash == validators.digest()
            && self.certificate.check(validators).is_ok();
        if !certified {
            return Err(FollowError::Certificate { shard, height });
        }
        let leaves = self.leaves().filter(|leaves| crate::record::records_root(leaves) == self.header.records_root);
        leaves.ok_or(FollowError::Contents { shard, height })
    }

    /// The epoch that the next block of the shard belongs to, when this block begins one [P19].
    pub fn hand_over(&self) -> Option<&HandOver> {
        self.block.receipts.iter().find_map(|receipt| match receipt {
            Receipt::Applied(Event::Beacon(event)) => event.hand_over(),
            _ => None,
        })
    }
}
