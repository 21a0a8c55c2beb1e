//! Block headers, blocks and final blocks, with the checks that need no state [P7, blocks]. Invariant: a header commits
//! to all effects of its block: the records, the write-set and the whole state after the block.

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
    version::{ProtocolVersion, UnknownVersion, Versions},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A block's header.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BlockHeader {
    /// The rules that the block follows.
    pub version: ProtocolVersion,
    pub chain_id: ChainId,
    pub shard: ShardId,
    pub epoch: Epoch,
    /// From 1.
    pub height: Height,
    /// The consensus view in which the block was first proposed.
    pub view: View,
    /// The digest of the previous header. [`crate::Genesis::first_parent`] for the first block.
    pub parent: Digest,
    /// The time of the proposal. Not before that of the parent.
    pub timestamp_ms: TimestampMs,
    /// The root over the transactions, see [`transactions_root`].
    pub transactions_root: Digest,
    /// The root over the records, see [`crate::record::records_root`].
    pub records_root: Digest,
    /// The digest of the ordered write-set [P8, state].
    pub delta_root: Digest,
    /// The root of the authenticated state after this block.
    pub state_root: Digest,
    /// The digest of the validator set that may certify the block.
    pub validator_set_hash: Digest,
    /// The proposer's index in that set.
    pub proposer: u16,
}

/// The commitment to a block's transactions: their number, and the root of the Merkle tree over their ids in block
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

    /// Whether a quorum's certificate of this vote makes the block final. The vote must finalise the block's digest in
    /// the view of the header, or in a later view that proposed the block again [P10, consensus].
    pub fn is_finalised_by(&self, vote: &Vote) -> bool {
        let own = self.finalise_vote();
        vote.view >= self.view && Vote { view: self.view, ..vote.clone() } == own
    }

    /// The vote that makes the block final in the view of its header.
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
    pub transactions: Vec<Transaction>,
    /// The receipts of all commands of all transactions.
    pub receipts: Vec<Receipt>,
}

/// A block with its header and the certificate that makes it final.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct FinalBlock {
    pub header: BlockHeader,
    pub certificate: Certificate,
    /// The contents that the header commits to.
    pub block: Block,
}

/// Reasons why a received block is not the next block of a shard.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FollowError {
    /// The header does not continue the chain.
    #[error("block {height} of shard {shard} does not follow its parent")]
    Parent { shard: ShardId, height: Height },
    /// The block follows rules that this program does not know.
    #[error("block {height} of shard {shard}: {source}")]
    Version {
        shard: ShardId,
        height: Height,
        #[source]
        source: UnknownVersion,
    },
    /// The certificate is for another block, or not valid.
    #[error("block {height} of shard {shard} carries no valid certificate")]
    Certificate { shard: ShardId, height: Height },
    /// The contents do not match the header's commitments.
    #[error("block {height} of shard {shard} does not hold what its header commits to")]
    Contents { shard: ShardId, height: Height },
}

impl FinalBlock {
    /// Computes the leaves of all records in order. `None` when the number of receipts is not the number of commands.
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

    /// Checks that this is the block after `parent` on its shard of the chain, that this program knows its version,
    /// that `validators` certified it, and that its contents match the header. Needs no state: the roots over state are
    /// trusted because of the certificate.
    ///
    /// # Errors
    /// [`FollowError`], naming the fault.
    pub fn check(&self, chain_id: ChainId, validators: &ValidatorSet, parent: &Digest) -> Result<(), FollowError> {
        self.check_leaves(chain_id, validators, parent).map(drop)
    }

    /// As [`Self::check`]. Returns [`Self::leaves`], which the check computes.
    ///
    /// # Errors
    /// [`FollowError`], naming the fault.
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
        let known = Versions::KNOWN.rules(self.header.version);
        known.map_err(|source| FollowError::Version { shard, height, source })?;
        let certified = self.header.is_finalised_by(&self.certificate.vote)
            && self.header.validator_set_hash == validators.digest()
            && self.certificate.check(validators).is_ok();
        if !certified {
            return Err(FollowError::Certificate { shard, height });
        }
        let leaves = self.leaves().filter(|leaves| crate::record::records_root(leaves) == self.header.records_root);
        leaves.ok_or(FollowError::Contents { shard, height })
    }

    /// The hand-over to the epoch of the shard's next block, when this block begins one [P19, epochs].
    pub fn hand_over(&self) -> Option<&HandOver> {
        self.block.receipts.iter().find_map(|receipt| match receipt {
            Receipt::Applied(Event::Beacon(event)) => event.hand_over(),
            _ => None,
        })
    }
}
