//! What the rules ask of a validator at a block, as operations for it to submit. Invariant: a function of the state and the
//! validator's secrets, so that a node and a simulation do the same, and doing it twice changes nothing.

use crate::{
    epoch::make_plan,
    randomness::{Dealer, Phase, RandomnessKey},
    registry::{Standing, Validator},
    state::BeaconState,
};
use chain_types::{
    Epoch, Height, PublicKey, SecretKey,
    beacon::{Operation, Reveal, SignedDeal, ValidatorId},
};

/// A validator's secrets.
pub struct Secrets {
    /// What it votes and deals with.
    pub key: SecretKey,
    /// What shares are encrypted to.
    pub randomness: RandomnessKey,
    /// What its polynomials are drawn from: known to nobody else.
    pub entropy: [u8; 32],
}

impl BeaconState {
    /// What the holder of these secrets is to submit for the block of `height`, given the state before it. `is_synced` says
    /// that it holds every shard's state. What any validator can submit for all, it submits when `is_caller`.
    pub fn duties(&self, height: Height, secrets: &Secrets, is_synced: bool, is_caller: bool) -> Vec<Operation> {
        let state = self.clone().at(height);
        let key = secrets.key.public_key();
        let mut duties = Vec::new();
        if let Some(seat) = state.seat_of(key) {
            duties.extend(state.deal(seat, secrets).map(|deal| Operation::Deal(Box::new(deal))));
            duties.extend(state.reveal(seat, secrets).map(|reveal| Operation::Reveal(Box::new(reveal))));
        }
        if is_synced && state.is_expected(key) {
            duties.push(Operation::AcknowledgeSync { epoch: state.plan.epoch });
        }
        if is_caller && state.may_end(height) {
            duties.push(Operation::EndEpoch { epoch: state.epoch() });
        }
        duties
    }

    /// Whether somebody waits for epochs to end: to get a seat, to lose one, or for a bond.
    pub fn is_awaited(&self) -> bool {
        let goes = |validator: &Validator| matches!(validator.standing, Standing::Leaving | Standing::Jailed);
        let seated: Vec<ValidatorId> = self.committee.members.iter().map(|member| member.id).collect();
        let after = Epoch(self.plan.epoch.0.saturating_add(1));
        !self.plan.changes.is_empty()
            || self.registry.validators().iter().any(goes)
            || !make_plan(after, &seated, &self.registry, &self.parameters).changes.is_empty()
    }

    /// The index of a key in the present committee.
    pub fn seat_of(&self, key: PublicKey) -> Option<u16> {
        let seats = (0_u16..).zip(&self.committee.members);
        seats.into_iter().find(|(_, member)| member.key == key).map(|(seat, _)| seat)
    }

    /// Whether a planned joiner has not acknowledged yet.
    fn is_expected(&self, key: PublicKey) -> bool {
        let Some(validator) = self.registry.by_key(key) else { return false };
        let joiners = self.plan.changes.iter().filter_map(|change| change.joins);
        joiners.into_iter().any(|joiner| joiner.id == validator.id && !joiner.is_ready)
    }

    fn deal(&self, seat: u16, secrets: &Secrets) -> Option<SignedDeal> {
        let is_dealing = matches!(self.round.phase(), Phase::Dealing { .. });
        let has_dealt = self.round.aggregate().deals().iter().any(|(dealer, _)| *dealer == seat);
        if !is_dealing || has_dealt {
            return None;
        }
        let ceremony = self.committee.ceremony(self.chain_id)?;
        Dealer::new(&ceremony, seat, &secrets.entropy).deal(&ceremony, seat, &secrets.key)
    }

    fn reveal(&self, seat: u16, secrets: &Secrets) -> Option<Reveal> {
        let is_dealing = matches!(self.round.phase(), Phase::Dealing { .. });
        if is_dealing || !self.round.withheld().contains(&seat) {
            return None;
        }
        let ceremony = self.committee.ceremony(self.chain_id)?;
        self.round.aggregate().reveal(&ceremony, seat, &secrets.randomness)
    }
}
