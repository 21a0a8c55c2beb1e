//! Computes the commands that a validator must submit at a block. Invariant: duties are a pure function of the state,
//! the block and the validator's secrets. A command that is submitted twice is rejected the second time.

use crate::{
    When,
    epoch::make_plan,
    randomness::{Dealer, Phase, RandomnessKey},
    registry::{Standing, Validator},
    state::BeaconState,
};
use chain_types::{
    Epoch, PublicKey, SecretKey, ShardId, TimestampMs,
    beacon::{Command, Reveal, SignedDeal, ValidatorId},
};

/// The secrets of one validator.
pub struct Secrets {
    /// The key that votes and deals are signed with.
    pub key: SecretKey,
    /// The key that shares of the randomness are encrypted to.
    pub randomness: RandomnessKey,
    /// The secret bytes that polynomials are derived from.
    pub entropy: [u8; 32],
}

impl BeaconState {
    /// The commands that the holder of these secrets submits for the block at `when`, given the state before it.
    /// `is_synced` means that it holds every shard's state. `is_caller` means that it also submits what any validator
    /// could submit.
    pub fn duties(&self, when: When, secrets: &Secrets, is_synced: bool, is_caller: bool) -> Vec<Command> {
        let state = self.clone().at(when.height);
        let key = secrets.key.public_key();
        let mut duties = Vec::new();
        if let Some(seat) = state.seat_of(key).filter(|_| state.is_end_near(when)) {
            duties.extend(state.deal(seat, secrets).map(|deal| Command::Deal(Box::new(deal))));
            duties.extend(state.reveal(seat, secrets).map(|reveal| Command::Reveal(Box::new(reveal))));
        }
        if is_synced && state.is_expected(key) {
            duties.push(Command::AcknowledgeSync { epoch: state.plan.epoch });
        }
        if is_caller && state.may_end(when) {
            duties.push(Command::EndEpoch { epoch: state.epoch() });
        }
        duties
    }

    /// Whether to prepare for the end of the epoch: it is awaited, or half of the blocks in which deals are taken have
    /// passed. So an idle chain that awaits nothing draws no randomness and ends no epochs.
    pub fn is_end_near(&self, when: When) -> bool {
        let blocks = when.height.0.saturating_sub(self.last_of_previous.0).saturating_sub(1);
        self.is_awaited(when.time) || blocks.saturating_mul(2) >= self.parameters.dealing_blocks
    }

    /// The shards that must be proved to have entered the epoch before it can end; empty while its end is far.
    pub fn to_confirm(&self, when: When) -> Vec<ShardId> {
        if self.is_end_near(when) { self.unconfirmed() } else { Vec::new() }
    }

    /// Whether the awaited end of the epoch needs more blocks of the beacon's shard. Blocks of any member count.
    pub fn wants_blocks(&self, when: When) -> bool {
        let blocks = when.height.0.saturating_sub(self.last_of_previous.0);
        let deals = matches!(self.round.phase(), Phase::Dealing { .. }) && blocks <= self.parameters.dealing_blocks;
        self.is_awaited(when.time) && (deals || !self.has_enough_blocks(when))
    }

    /// Whether something waits for the epoch's end: a scheduled version, a change of seats, or a bond that this end
    /// would release. `time` is the time of the next block.
    pub fn is_awaited(&self, time: TimestampMs) -> bool {
        let window = self.parameters.evidence_ms_min;
        let is_free = |validator: &Validator| {
            let sat = self.past.iter().filter(|past| past.committee.index_of(validator.id).is_some());
            sat.into_iter().all(|past| time.0.saturating_sub(past.ended.0) >= window)
        };
        let awaits_end = |validator: &Validator| {
            let wants = matches!(validator.standing, Standing::Leaving | Standing::Jailed);
            wants && (self.committee.index_of(validator.id).is_some() || is_free(validator))
        };
        let seated: Vec<ValidatorId> = self.committee.members.iter().map(|member| member.id).collect();
        let after = Epoch(self.plan.epoch.0.saturating_add(1));
        self.scheduled.is_some()
            || !self.plan.changes.is_empty()
            || self.registry.validators().iter().any(awaits_end)
            || !make_plan(after, &seated, &self.registry, &self.parameters).changes.is_empty()
    }

    /// The index of a key in the present committee.
    pub fn seat_of(&self, key: PublicKey) -> Option<u16> {
        let seats = (0_u16..).zip(&self.committee.members);
        seats.into_iter().find(|(_, member)| member.key == key).map(|(seat, _)| seat)
    }

    /// Whether the key is that of a planned joiner that has not acknowledged yet.
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
