//! Evidence [P12, P16]: what convicts a validator. Invariant: with the validator set of its epoch, anyone can check it
//! without asking anybody.

use super::{SignedDeal, SoftConfirmation};
use crate::{
    block::BlockHeader,
    certificate::{Certificate, Equivocation},
    state::StateProof,
    transaction::{TransactionHeader, TxId},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a validator can be convicted of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Offence {
    /// It signed two votes that contradict each other.
    Equivocation,
    /// Its own final block broke its soft confirmation.
    BrokenReceipt,
    /// It signed a deal whose shares do not fit together.
    BadDeal,
}

/// Proof of one offence.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Evidence {
    /// See [`Offence::Equivocation`].
    Equivocation(Equivocation),
    /// See [`Offence::BrokenReceipt`].
    BrokenReceipt(Box<BrokenReceipt>),
    /// See [`Offence::BadDeal`].
    BadDeal(SignedDeal),
}

impl Evidence {
    /// The kind of offence it proves.
    pub const fn offence(&self) -> Offence {
        match self {
            Self::Equivocation(_) => Offence::Equivocation,
            Self::BrokenReceipt(_) => Offence::BrokenReceipt,
            Self::BadDeal(_) => Offence::BadDeal,
        }
    }
}

/// A soft confirmation and the final block of its own signer that contradicts it [P15]: the block should hold the
/// transaction, could have held it, and its state shows that neither it nor a block before it does.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BrokenReceipt {
    /// The promise, and that it names the transaction.
    pub promise: SoftConfirmation,
    /// The promised transaction's header: its id is one that the promise names.
    pub transaction: TransactionHeader,
    /// The contradicting block's header.
    pub header: BlockHeader,
    /// What makes that block final.
    pub certificate: Certificate,
    /// The slot of the seen-set that the transaction would be in, present or absent in the block's state.
    pub slot: StateProof,
    /// Every transaction of that slot, grouped by the block that added it, in order; empty when the slot is absent.
    pub seen: Vec<Vec<TxId>>,
    /// The transaction's author, present in the block's state: it could have been included.
    pub author: StateProof,
}
