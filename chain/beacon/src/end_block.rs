//! What a block of the beacon's shard does to the beacon, after its transactions. Invariant: an epoch ends only with
//! its randomness drawn: there is no substitute that somebody could wait for.

mod boundary;

pub use boundary::{INACTIVE_BELOW_PPM, INACTIVE_EPOCHS_MAX};

use crate::{
    servi::{SERVI_PER_SIGNATURE, Servi},
    state::BeaconState,
};
use chain_types::{
    Epoch, Height,
    beacon::{HandOver, ValidatorId},
};

/// What a block of shard 0 shows about who worked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockObservation {
    /// The block's height.
    pub height: Height,
    /// Its proposer: an index into the present committee.
    pub proposer: u16,
    /// The epoch of its parent, whose committee the signers are indices into.
    pub parent_epoch: Epoch,
    /// Who signed the parent's certificate, strictly ascending; empty for the first block.
    pub signers_of_parent: Vec<u16>,
}

/// What changed with a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Transition {
    /// The set of deals is fixed: holders may reveal now.
    DealsFixed,
    /// The next block of every shard belongs to the next epoch.
    EpochEnded(HandOver),
}

impl BeaconState {
    /// Ends a block of the beacon's shard. Indices beyond the committee are ignored.
    pub fn end_block(&mut self, observation: &BlockObservation) -> Option<Transition> {
        self.credit_work(observation);
        let is_fixed = self.round.end_block(observation.height, &self.committee);
        let blocks = observation.height.0.saturating_sub(self.last_of_previous.0);
        match self.round.output() {
            Some(randomness) if blocks >= self.parameters.epoch_blocks => {
                Some(Transition::EpochEnded(self.begin_next_epoch(observation.height, randomness)))
            }
            _ if is_fixed => Some(Transition::DealsFixed),
            _ => None,
        }
    }

    fn credit_work(&mut self, observation: &BlockObservation) {
        if let Some(leader) = self.committee.member(observation.proposer) {
            self.credit(leader.id, Servi::lead);
        }
        let is_present = observation.parent_epoch == self.committee.epoch;
        let Some((committee, _)) = self.seats_of(observation.parent_epoch) else { return };
        let members = observation.signers_of_parent.iter().filter_map(|signer| committee.member(*signer));
        let signers: Vec<ValidatorId> = members.map(|member| member.id).collect();
        if is_present && !signers.is_empty() {
            self.observed = self.observed.saturating_add(1);
        }
        for id in signers {
            self.credit(id, |servi| servi.earn(SERVI_PER_SIGNATURE));
            if is_present && let Some(validator) = self.registry.get_mut(id) {
                validator.signed = validator.signed.saturating_add(1);
            }
        }
    }

    /// Changes a validator's Servi for work; the convicted earn nothing.
    pub(crate) fn credit(&mut self, id: ValidatorId, work: impl Fn(Servi) -> Servi) {
        if let Some(validator) = self.registry.get_mut(id)
            && validator.standing != crate::registry::Standing::Jailed
        {
            validator.servi = work(validator.servi);
        }
    }
}
