//! The boundary between two epochs [P19]. Invariant: who sat in an epoch is bonded through the whole of the next.

use crate::{
    believability::Uptime,
    epoch::{make_plan, settle_plan},
    evidence::EVIDENCE_EPOCHS_MAX,
    mutant,
    observe::Attendance,
    randomness::Round,
    registry::{Standing, Validator},
    rejection::Error,
    state::{BeaconState, seat},
};
use chain_types::{
    Digest, Epoch, Height, ShardId,
    beacon::{Event, HandOver, ValidatorId},
};

/// Who signed less than this share of an epoch's certificates, in ppm, was inactive. A certificate needs only a quorum,
/// so a slow but honest validator is left out of many.
pub const INACTIVE_BELOW_PPM: u32 = 20_000;
/// After so many inactive epochs in a row comes the bench.
pub const INACTIVE_EPOCHS_MAX: u8 = 2;

impl BeaconState {
    /// Ends an epoch that is long enough and whose randomness is drawn: there is no substitute for it that somebody could
    /// wait for.
    pub(crate) fn end_epoch(&mut self, epoch: Epoch, height: Height) -> Result<Event, Error> {
        if epoch != self.committee.epoch {
            return Err(Error::StaleEpoch);
        }
        if !self.may_end(height) {
            return Err(Error::EpochUnfinished);
        }
        let randomness = self.round.output().ok_or(Error::EpochUnfinished)?;
        Ok(Event::EpochEnded(Box::new(self.begin_next_epoch(height, randomness))))
    }

    /// Whether a block of this height may end the epoch.
    pub fn may_end(&self, height: Height) -> bool {
        let blocks = height.0.saturating_sub(self.last_of_previous.0);
        let is_long = blocks >= self.parameters.epoch_blocks || mutant::is(mutant::END_EARLY);
        is_long && self.round.output().is_some()
    }

    fn begin_next_epoch(&mut self, height: Height, randomness: Digest) -> HandOver {
        let ended = self.committee.epoch;
        let next = Epoch(ended.0.saturating_add(1));
        self.judge_activity();

        let seated: Vec<ValidatorId> = self.committee.members.iter().map(|member| member.id).collect();
        let seats = settle_plan(&self.plan, &seated, &self.registry, &self.parameters);
        self.bench_late_joiners();
        let committee = seat(&mut self.registry, next, &seats, &self.parameters);
        let before = std::mem::replace(&mut self.committee, committee);
        self.previous = Some((before, self.assignment.clone()));
        self.release_bonds(next);
        self.convictions.retain(|conviction| conviction.epoch.0.saturating_add(EVIDENCE_EPOCHS_MAX) >= next.0);

        self.randomness = randomness;
        self.draw_roles();
        self.plan = make_plan(Epoch(next.0.saturating_add(1)), &seats, &self.registry, &self.parameters);
        let until = Height(height.0.saturating_add(self.parameters.dealing_blocks));
        self.round = Round::new(&self.committee, until);
        self.last_of_previous = height;
        self.observed = 0;
        self.attendance = Attendance { height, signers: Vec::new() };
        let sampled =
            (1..self.parameters.shards).map(ShardId).filter(|shard| self.assignment.signers(*shard).is_some());
        HandOver {
            height,
            randomness,
            committee: self.committee.validator_set(),
            league: self.league.clone(),
            sampled: sampled.map(|shard| self.validator_set(shard)).collect(),
        }
    }

    /// Uptime from the epoch's certificates; inactivity halves Servi, and lasting inactivity costs the seat.
    fn judge_activity(&mut self) {
        let observed = self.observed;
        let members: Vec<ValidatorId> = self.committee.members.iter().map(|member| member.id).collect();
        for id in members {
            let Some(validator) = self.registry.get_mut(id) else { continue };
            let share = Uptime::of(validator.signed, observed);
            validator.uptime = validator.uptime.after(share);
            validator.signed = 0;
            if share.ppm() >= INACTIVE_BELOW_PPM {
                validator.inactive_epochs = 0;
                continue;
            }
            validator.servi = validator.servi.halve();
            validator.inactive_epochs = validator.inactive_epochs.saturating_add(1);
            if validator.inactive_epochs >= INACTIVE_EPOCHS_MAX && validator.standing == Standing::Willing {
                validator.standing = Standing::Benched;
            }
        }
    }

    /// Who was to join and did not acknowledge waits no longer, so that it does not hold up who leaves.
    fn bench_late_joiners(&mut self) {
        for joiner in self.plan.changes.iter().filter_map(|change| change.joins).filter(|joiner| !joiner.is_ready) {
            if let Some(validator) = self.registry.get_mut(joiner.id)
                && validator.standing == Standing::Willing
            {
                validator.standing = Standing::Benched;
            }
        }
    }

    /// Releases the bonds of who left or was convicted and sat last before the epoch that just ended.
    fn release_bonds(&mut self, next: Epoch) {
        let committee = &self.committee;
        let is_gone = |validator: &Validator| {
            let wants = matches!(validator.standing, Standing::Leaving | Standing::Jailed);
            let is_bonded =
                validator.last_active.is_some_and(|last| last.0.saturating_add(EVIDENCE_EPOCHS_MAX) >= next.0);
            wants && (!is_bonded || mutant::is(mutant::RELEASE_EARLY)) && committee.index_of(validator.id).is_none()
        };
        for validator in self.registry.remove(is_gone) {
            self.treasury.owe(validator.operator, validator.bond);
        }
    }
}
