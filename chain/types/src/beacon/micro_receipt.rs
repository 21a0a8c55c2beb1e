//! Soft confirmations [P15]: a leader's word, before consensus, that it will include a transaction. Invariant: the
//! promise binds only what its signer controls, the content of its own blocks.

use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, Height, ShardId},
    signature::{Claim, Namespace, PublicKey, SecretKey, Signature, verify},
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The promise: no block of mine in this epoch, at height `by` or above, becomes final unless the transaction is in
/// the chain up to and including that block, or has expired, or its author may sign no longer.
///
/// A leader keeps it by never proposing at `by` or above without the transactions it promised, so `by` is above every
/// height that it has proposed already.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct MicroReceipt {
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: ShardId,
    /// The epoch.
    pub epoch: Epoch,
    /// Who promises: an index into the epoch's validator set.
    pub leader: u16,
    /// The transaction.
    pub tx_id: TxId,
    /// The height from which the leader's own blocks must hold it.
    pub by: Height,
}

impl MicroReceipt {
    /// The digest that is signed, in [`Namespace::MICRO_RECEIPT`].
    pub fn digest(&self) -> Digest {
        hash(Tag::MICRO_RECEIPT, &[&crate::codec::encode(self)])
    }

    /// Signs the promise.
    pub fn sign(self, key: &SecretKey) -> SignedMicroReceipt {
        SignedMicroReceipt { receipt: self, signature: key.sign(Namespace::MICRO_RECEIPT, &self.digest()) }
    }
}

/// A soft confirmation as a client gets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedMicroReceipt {
    /// The promise.
    pub receipt: MicroReceipt,
    /// The leader's signature of [`MicroReceipt::digest`].
    pub signature: Signature,
}

impl SignedMicroReceipt {
    /// Whether `key` signed the promise.
    pub fn is_signed_by(&self, key: PublicKey) -> bool {
        verify(Namespace::MICRO_RECEIPT, &Claim { key, digest: self.receipt.digest(), signature: self.signature })
    }
}
