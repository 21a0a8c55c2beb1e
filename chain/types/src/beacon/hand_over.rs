//! The hand-over from one committee to the next [P19]. Invariant: only the committee that ends certifies the one that
//! begins, so a chain of hand-overs leads from genesis to any epoch.

use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, Height},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// What the committee of `epoch` certifies with its last block of the beacon's shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct HandOver {
    /// The chain.
    pub chain_id: ChainId,
    /// The epoch that ends.
    pub epoch: Epoch,
    /// The beacon's last block of that epoch.
    pub height: Height,
    /// The digest of the next epoch's [`crate::validator::ValidatorSet`].
    pub next_validators: Digest,
    /// The randomness that the next epoch draws its league and its assignment from.
    pub next_randomness: Digest,
}

impl HandOver {
    /// The digest that is certified.
    pub fn digest(&self) -> Digest {
        hash(Tag::HAND_OVER, &[&crate::codec::encode(self)])
    }
}
