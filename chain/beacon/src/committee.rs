//! The committee of one epoch: its signers and their voting weights. Invariant: members have the order of the validator
//! set. An index therefore means the same validator to consensus and to the beacon.

use crate::{
    randomness::{Ceremony, Tickets},
    registry::Validator,
    stake::{Stake, capped_weights},
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    ChainId, Epoch, PublicKey,
    beacon::{GroupElement, ValidatorId},
    validator::{self, ValidatorSet},
};

/// The maximum number of seats.
pub const SEATS_MAX: u16 = 256;

/// The validator in one seat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Member {
    pub id: ValidatorId,
    /// The voting key.
    pub key: PublicKey,
    /// The public key that shares of the randomness are encrypted to.
    pub randomness_key: GroupElement,
    /// The voting weight: capped stake [P14, bonds].
    pub weight: u64,
}

/// The members of an epoch, in the order of their seats.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Committee {
    pub epoch: Epoch,
    /// The members; votes and deals name them by index.
    pub members: Vec<Member>,
}

impl Committee {
    /// Seats validators in this order, with weights from their present bonds.
    pub fn seat(epoch: Epoch, validators: &[&Validator], operator_cap_ppm: u32) -> Self {
        let stakes: Vec<Stake> =
            validators.iter().map(|seated| Stake { operator: seated.operator, bond: seated.bond }).collect();
        let weights = capped_weights(&stakes, operator_cap_ppm);
        let members = validators.iter().zip(weights).map(|(seated, weight)| Member {
            id: seated.id,
            key: seated.key,
            randomness_key: seated.randomness_key,
            weight,
        });
        Self { epoch, members: members.collect() }
    }

    pub fn member(&self, index: u16) -> Option<&Member> {
        self.members.get(usize::from(index))
    }

    /// The index of a validator's seat.
    pub fn index_of(&self, id: ValidatorId) -> Option<u16> {
        self.members.iter().position(|member| member.id == id).and_then(|index| u16::try_from(index).ok())
    }

    /// The validator set that certificates are checked against.
    pub fn validator_set(&self) -> ValidatorSet {
        let validators =
            self.members.iter().map(|member| validator::Validator { key: member.key, weight: member.weight });
        ValidatorSet { epoch: self.epoch, validators: validators.collect() }
    }

    /// The tickets of the committee's randomness round.
    pub fn tickets(&self) -> Tickets {
        Tickets::of(&self.members.iter().map(|member| member.weight).collect::<Vec<_>>())
    }

    /// The committee's secret sharing. `None` when a key is not a point; registration rejects such keys.
    pub fn ceremony(&self, chain_id: ChainId) -> Option<Ceremony> {
        let keys: Vec<GroupElement> = self.members.iter().map(|member| member.randomness_key).collect();
        Ceremony::new(chain_id, self.epoch, &keys, self.tickets())
    }
}
