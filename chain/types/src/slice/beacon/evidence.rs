//! Evidence that convicts a validator of an offence [P12, equivocations; P16, convictions]. Invariant: all evidence
//! holds a signature of the accused validator. The public state of the offence's epoch suffices to check the evidence.

use super::{PromiseProof, SignedDeal};
use crate::{
    block::BlockHeader,
    certificate::{Certificate, Equivocation, Vote},
    signature::{Claim, Namespace, PublicKey, Signature, verify},
    state::StateProof,
    transaction::{TransactionHeader, TxId},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The offences that a validator can be convicted of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Offence {
    /// It signed two contradicting votes.
    Equivocation,
    /// A final block of its own breaks its promise.
    BrokenPromise,
    /// It signed a deal of secret shares that are inconsistent.
    BadDeal,
    /// It signed a vote for an epoch and shard in which it had no seat.
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
    pub const fn offence(&self) -> Offence {
        match self {
            Self::Equivocation(_) => Offence::Equivocation,
            Self::BrokenPromise(_) => Offence::BrokenPromise,
            Self::BadDeal(_) => Offence::BadDeal,
            Self::ForeignVote(_) => Offence::ForeignVote,
        }
    }
}

/// A vote and the key that signed it. It convicts because the key had no seat, not because it contradicts another vote.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ForeignVote {
    pub vote: Vote,
    pub key: PublicKey,
    /// The signature of [`Vote::digest`].
    pub signature: Signature,
}

impl ForeignVote {
    /// Whether the key signed the vote. Does not check whether the key had a seat.
    pub fn is_signed(&self) -> bool {
        verify(Namespace::VOTE, &Claim { key: self.key, digest: self.vote.digest(), signature: self.signature })
    }
}

/// A promise and a final block of its signer that breaks it [P15, the league]. The block was obliged and able to
/// include the transaction, and its state shows that neither it nor an earlier block did.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BrokenPromise {
    /// The promise, with the proof that it names the transaction.
    pub promise: PromiseProof,
    /// The promised transaction's header. Its id is one that the promise names.
    pub transaction: TransactionHeader,
    /// The header of the block that breaks the promise.
    pub header: BlockHeader,
    /// The certificate of that block.
    pub certificate: Certificate,
    /// The seen-set bucket of the transaction in the block's state, present or absent.
    pub bucket: StateProof,
    /// All transactions of that bucket in order, grouped by the block that added them. Empty when the bucket is absent.
    pub seen: Vec<Vec<TxId>>,
    /// The transaction's author in the block's state. It must have been allowed to sign since before the promise, so
    /// that the transaction could have been included.
    pub author: StateProof,
}
