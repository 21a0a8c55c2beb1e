//! Evidence [P12, P16]: what convicts a validator. Invariant: with the validator set of its epoch, anyone can check it
//! without asking anybody.

use super::{PromiseProof, SignedDeal};
use crate::{
    block::BlockHeader,
    certificate::{Certificate, Equivocation, Vote},
    signature::{Claim, Namespace, PublicKey, Signature, verify},
    state::StateProof,
    transaction::{TransactionHeader, TxId},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a validator can be convicted of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Offence {
    /// It signed two votes that contradict each other.
    Equivocation,
    /// Its own final block broke its promise.
    BrokenPromise,
    /// It signed a deal whose shares do not fit together.
    BadDeal,
    /// It signed a vote in an epoch in which it had no seat on that shard.
    ForeignVote,
}

/// Proof of one offence.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Evidence {
    /// See [`Offence::Equivocation`].
    Equivocation(Equivocation),
    /// See [`Offence::BrokenPromise`].
    BrokenPromise(Box<BrokenPromise>),
    /// See [`Offence::BadDeal`].
    BadDeal(SignedDeal),
    /// See [`Offence::ForeignVote`].
    ForeignVote(Box<ForeignVote>),
}

impl Evidence {
    /// The kind of offence it proves.
    pub const fn offence(&self) -> Offence {
        match self {
            Self::Equivocation(_) => Offence::Equivocation,
            Self::BrokenPromise(_) => Offence::BrokenPromise,
            Self::BadDeal(_) => Offence::BadDeal,
            Self::ForeignVote(_) => Offence::ForeignVote,
        }
    }
}

/// A vote and the key that signed it. It contradicts no other vote: what convicts is that the key had no seat.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ForeignVote {
    /// The vote.
    pub vote: Vote,
    /// Who signed it.
    pub key: PublicKey,
    /// The signature of [`Vote::digest`].
    pub signature: Signature,
}

impl ForeignVote {
    /// Whether the key signed the vote; whether it had a seat is another question.
    pub fn is_signed(&self) -> bool {
        verify(Namespace::VOTE, &Claim { key: self.key, digest: self.vote.digest(), signature: self.signature })
    }
}

/// A promise and the final block of its own signer that contradicts it [P15]: the block should hold the
/// transaction, could have held it, and its state shows that neither it nor a block before it does.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BrokenPromise {
    /// The promise, and that it names the transaction.
    pub promise: PromiseProof,
    /// The promised transaction's header: its id is one that the promise names.
    pub transaction: TransactionHeader,
    /// The contradicting block's header.
    pub header: BlockHeader,
    /// What makes that block final.
    pub certificate: Certificate,
    /// The bucket of the seen-set that the transaction would be in, present or absent in the block's state.
    pub bucket: StateProof,
    /// Every transaction of that bucket, grouped by the block that added it, in order; empty when the bucket is absent.
    pub seen: Vec<Vec<TxId>>,
    /// The transaction's author in the block's state, where it may sign since the promise was given or longer: the
    /// transaction could have been included.
    pub author: StateProof,
}
