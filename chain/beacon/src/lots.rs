//! The lots: candidates and weights from which an epoch's roles are drawn [P15, the league]. Invariant: lots are fixed
//! together with the deals, before the random number can be known. A later event can remove a candidate but moves no
//! other.

use crate::{
    believability::believability,
    committee::Committee,
    league::league,
    registry::{Registry, Standing, Validator},
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{Digest, Epoch, beacon::ValidatorId};

/// The candidates for the next epoch's seats, with the believability of each.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Lots(Vec<(ValidatorId, u128)>);

impl Lots {
    /// The lots of these candidates, with weights as if all of them had seats. A convicted validator has no
    /// believability.
    pub fn of(epoch: Epoch, candidates: &[ValidatorId], registry: &Registry, operator_cap_ppm: u32) -> Self {
        let validators: Vec<&Validator> = candidates.iter().filter_map(|id| registry.get(*id)).collect();
        let weights = Committee::seat(epoch, &validators, operator_cap_ppm).members;
        let lot = |(validator, member): (&&Validator, crate::Member)| {
            let is_believed = validator.standing != Standing::Jailed;
            let weight = if is_believed { believability(member.weight, validator.servi, validator.uptime) } else { 0 };
            (validator.id, weight)
        };
        Self(validators.iter().zip(weights).map(lot).collect())
    }

    /// The candidates: the members of the present committee first, then the planned joiners.
    pub fn candidates(&self) -> impl Iterator<Item = ValidatorId> {
        self.0.iter().map(|(id, _)| *id)
    }

    /// The believability of each candidate, in the same order.
    pub fn believabilities(&self) -> Vec<u128> {
        self.0.iter().map(|(_, weight)| *weight).collect()
    }

    /// All candidates, in the order that an epoch's random number draws them.
    pub fn drawn(&self, epoch: Epoch, randomness: Digest) -> Vec<ValidatorId> {
        let weights = self.believabilities();
        let order = league(epoch, randomness, &weights, u16::try_from(weights.len()).unwrap_or(u16::MAX));
        order.into_iter().filter_map(|index| self.0.get(usize::from(index))).map(|(id, _)| *id).collect()
    }
}
