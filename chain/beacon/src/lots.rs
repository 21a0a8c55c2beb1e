//! What an epoch's roles are drawn from [P15]. Invariant: the lots are fixed with the deals, before anybody can know
//! the number, and a later event can take a candidate out of the draw, but moves no other candidate.

use crate::{
    believability::believability,
    committee::Committee,
    league::league,
    registry::{Registry, Standing, Validator},
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{Digest, Epoch, beacon::ValidatorId};

/// Who may sit in the next epoch, and how believable each is.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Lots(Vec<(ValidatorId, u128)>);

impl Lots {
    /// The lots of these candidates, weighed as if all of them sat. Who was convicted has no believability.
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

    /// The candidates, the members of the committee that ends first.
    pub fn candidates(&self) -> impl Iterator<Item = ValidatorId> {
        self.0.iter().map(|(id, _)| *id)
    }

    /// How believable each candidate is, in the same order.
    pub fn believabilities(&self) -> Vec<u128> {
        self.0.iter().map(|(_, weight)| *weight).collect()
    }

    /// All candidates in the order in which an epoch's number draws them.
    pub fn drawn(&self, epoch: Epoch, randomness: Digest) -> Vec<ValidatorId> {
        let weights = self.believabilities();
        let order = league(epoch, randomness, &weights, u16::try_from(weights.len()).unwrap_or(u16::MAX));
        order.into_iter().filter_map(|at| self.0.get(usize::from(at))).map(|(id, _)| *id).collect()
    }
}
