//! Soft confirmations: a leader's promise, before consensus, to include transactions [P15, the league of leaders].
//! Invariant: a promise binds only what its signer controls, the content of its own blocks.

use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, Height, ShardId},
    merkle,
    signature::{Claim, Namespace, PublicKey, SecretKey, Signature, verify},
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A promise about the leader's own blocks of this epoch, at height `by` or above. None of them becomes final unless
/// each promised transaction is in the chain up to and including that block. A transaction is exempt when it has
/// expired, or when its author's right to sign changed after the block at `given`.
///
/// A leader keeps the promise by not proposing at `by` or above without the transactions. `by` is therefore above every
/// height that it has already proposed. One signature covers all transactions that reached the leader together, by the
/// root of the Merkle tree over their ids (RFC 9162 section 2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Promise {
    pub chain_id: ChainId,
    pub shard: ShardId,
    pub epoch: Epoch,
    /// The promising validator's index in the epoch's validator set.
    pub leader: u16,
    /// The last final height that the leader knew. The promise assumes the authors that may sign after that block.
    pub given: Height,
    /// The height from which on the leader's own blocks must hold the transactions. Above `given`.
    pub by: Height,
    /// The root over the transactions' ids, see [`promised_root`].
    pub promised: Digest,
}

impl Promise {
    /// The digest that is signed, in [`Namespace::PROMISE`].
    pub fn digest(&self) -> Digest {
        hash(Tag::PROMISE, &[&crate::codec::encode(self)])
    }

    /// Signs the promise.
    pub fn sign(self, key: &SecretKey) -> SignedPromise {
        SignedPromise { promise: self, signature: key.sign(Namespace::PROMISE, &self.digest()) }
    }
}

/// The Merkle root over transaction ids by which a promise names them.
pub fn promised_root(ids: &[TxId]) -> Digest {
    merkle::root(&leaves(ids))
}

fn leaves(ids: &[TxId]) -> Vec<Digest> {
    ids.iter().map(|id| merkle::leaf_hash(&id.0.0)).collect()
}

/// A promise that its leader signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedPromise {
    /// The promise.
    pub promise: Promise,
    /// The leader's signature of [`Promise::digest`].
    pub signature: Signature,
}

impl SignedPromise {
    /// Whether `key` signed the promise.
    pub fn is_signed_by(&self, key: PublicKey) -> bool {
        verify(Namespace::PROMISE, &Claim { key, digest: self.promise.digest(), signature: self.signature })
    }
}

/// A promise with the transactions that it names, as the leader sends it to the submitters.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct PromiseBatch {
    pub signed: SignedPromise,
    /// The ids under the promise's root, in order.
    pub ids: Vec<TxId>,
}

impl PromiseBatch {
    /// Whether the ids are those that the promise names. Does not check the signature.
    pub fn is_whole(&self) -> bool {
        promised_root(&self.ids) == self.signed.promise.promised
    }

    /// The confirmation of one of its transactions. `None` when it is not among them.
    pub fn confirmation(&self, tx_id: &TxId) -> Option<PromiseProof> {
        let index = self.ids.iter().position(|id| id == tx_id)?;
        let path = merkle::Path::of(&leaves(&self.ids), index)?;
        Some(PromiseProof { signed: self.signed, path })
    }
}

/// A soft confirmation of one transaction, for a client.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct PromiseProof {
    /// The leader's promise.
    pub signed: SignedPromise,
    /// The proof that the transaction is among those that the promise names.
    pub path: merkle::Path,
}

impl PromiseProof {
    /// Whether the path proves that the promise names this transaction. Does not check the signature.
    pub fn names(&self, tx_id: &TxId) -> bool {
        self.path.root(merkle::leaf_hash(&tx_id.0.0)) == Some(self.signed.promise.promised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One signature covers many transactions. The confirmation of each names that transaction and no other.
    #[test]
    fn each_transaction_of_a_promise_has_a_confirmation_of_its_own() {
        let key = SecretKey::from_seed(&[1; 32]);
        let ids: Vec<_> = (0..5).map(|byte| TxId(Digest([byte; 32]))).collect();
        let promise = Promise {
            chain_id: ChainId(Digest([7; 32])),
            shard: ShardId(1),
            epoch: Epoch(2),
            leader: 3,
            given: Height(8),
            by: Height(9),
            promised: promised_root(&ids),
        };
        let signed = promise.sign(&key);
        assert!(signed.is_signed_by(key.public_key()));
        assert!(!signed.is_signed_by(SecretKey::from_seed(&[2; 32]).public_key()));
        let mut promise = PromiseBatch { signed, ids };
        assert!(promise.is_whole());
        for id in &promise.ids {
            let confirmation = promise.confirmation(id).expect("the promise names the id");
            let named: Vec<_> = promise.ids.iter().filter(|id| confirmation.names(id)).collect();
            assert_eq!(named, [id]);
        }
        assert_eq!(promise.confirmation(&TxId(Digest([9; 32]))), None);
        promise.ids.swap(0, 1);
        assert!(!promise.is_whole());
    }
}
