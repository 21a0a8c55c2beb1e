//! Ends an epoch and begins the next [P19, epochs]. Invariant: the members of an epoch stay bonded through the whole
//! next epoch. Bonds also stay while offences of the epoch can be reported.

use crate::{
    When,
    believability::Uptime,
    epoch::{make_plan, settle_plan},
    evidence::EVIDENCE_EPOCHS_MAX,
    mutant,
    observe::Attendance,
    randomness::Round,
    registry::{Standing, Validator},
    rejection::Rejection,
    state::{BeaconState, Past, seat},
};
use chain_types::{
    Digest, Epoch, Height, ShardId, TimestampMs,
    beacon::{Event, HandOver, ValidatorId},
};

/// A member that signed less than this share of an epoch's certificates, in ppm, was inactive. The share is low because
/// a certificate needs only a quorum, so a slow but honest validator is missing from many.
pub const INACTIVE_BELOW_PPM: u32 = 20_000;
/// The number of inactive epochs in a row after which a member is benched.
pub const INACTIVE_EPOCHS_MAX: u8 = 2;

impl BeaconState {
    /// Ends the epoch, when it is long enough, its randomness is drawn, and every shard has entered it. The randomness
    /// has no fallback value, because a member could delay the epoch to get it. No shard stays in an old epoch, because
    /// the bonds of its validators would be paid out.
    pub(crate) fn end_epoch(&mut self, epoch: Epoch, when: When) -> Result<Event, Rejection> {
        if epoch != self.committee.epoch {
            return Err(Rejection::StaleEpoch);
        }
        if !self.may_end(when) {
            return Err(Rejection::EpochUnfinished);
        }
        let randomness = self.round.output().ok_or(Rejection::EpochUnfinished)?;
        Ok(Event::EpochEnded(Box::new(self.begin_next_epoch(when, randomness))))
    }

    /// Whether the block at `when` may end the epoch.
    pub fn may_end(&self, when: When) -> bool {
        // A deliberately broken variant; the simulator must detect it.
        let is_entered = self.unconfirmed().is_empty() || mutant::is(mutant::LEAVE_SHARDS);
        self.has_enough_blocks(when) && self.has_minimum_age(when.time) && is_entered && self.round.output().is_some()
    }

    /// Whether the epoch has had enough blocks. An epoch whose end is awaited, with no joiner left to acknowledge,
    /// needs only the blocks that its randomness takes: an idle chain makes no others.
    pub(crate) fn has_enough_blocks(&self, when: When) -> bool {
        let blocks = when.height.0.saturating_sub(self.last_of_previous.0);
        let is_ended = self.is_awaited(when.time) && self.plan.is_ready();
        blocks >= self.parameters.epoch_blocks || is_ended || mutant::is(mutant::END_EARLY)
    }

    /// Whether the epoch has lasted the minimum time.
    fn has_minimum_age(&self, time: TimestampMs) -> bool {
        let age = time.0.saturating_sub(self.began.0);
        age >= self.parameters.epoch_ms_min || mutant::is(mutant::HURRY_EPOCHS)
    }

    fn begin_next_epoch(&mut self, when: When, randomness: Digest) -> HandOver {
        let When { height, time } = when;
        let fixed = self.lots.take().filter(|_| !mutant::is(mutant::DRAW_LATE));
        let ended = self.committee.epoch;
        let next = Epoch(ended.0.saturating_add(1));
        self.judge_activity();
        let lots = fixed.unwrap_or_else(|| self.lots_now());

        let seated: Vec<ValidatorId> = self.committee.members.iter().map(|member| member.id).collect();
        let seats = settle_plan(&self.plan, &seated, &self.registry, &self.parameters);
        self.bench_late_joiners();
        let committee = seat(&mut self.registry, next, &seats, &self.parameters);
        let before = std::mem::replace(&mut self.committee, committee);
        self.past.push(Past { committee: before, assignment: self.assignment.clone(), ended: time });
        self.forget_past(next, time);
        self.release_bonds();

        self.randomness = randomness;
        self.draw_roles(&lots);
        self.plan = make_plan(Epoch(next.0.saturating_add(1)), &seats, &self.registry, &self.parameters);
        let until = Height(height.0.saturating_add(self.parameters.dealing_blocks));
        self.round = Round::new(&self.committee, until);
        self.last_of_previous = height;
        self.began = time;
        self.confirmed.clear();
        self.observed = 0;
        self.attendance = Attendance { height, signers: Vec::new() };
        let version = self.begin_version(next);
        let sampled =
            (1..self.parameters.shards).map(ShardId).filter(|shard| self.assignment.signers(*shard).is_some());
        HandOver {
            version,
            height,
            randomness,
            committee: self.committee.validator_set(),
            league: self.league.clone(),
            sampled: sampled.map(|shard| self.validator_set(shard)).collect(),
        }
    }

    /// Updates uptime from the epoch's certificates. An inactive epoch halves Servi; [`INACTIVE_EPOCHS_MAX`] in a row
    /// bench the member.
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

    /// Benches planned joiners that did not acknowledge, so that they do not hold up the members that want to leave.
    fn bench_late_joiners(&mut self) {
        for joiner in self.plan.changes.iter().filter_map(|change| change.joins).filter(|joiner| !joiner.is_ready) {
            if let Some(validator) = self.registry.get_mut(joiner.id)
                && validator.standing == Standing::Willing
            {
                validator.standing = Standing::Benched;
            }
        }
    }

    /// Removes past epochs whose offences can no longer be reported: enough epochs and enough time have passed.
    fn forget_past(&mut self, next: Epoch, time: TimestampMs) {
        let window = self.parameters.evidence_ms_min;
        self.past.retain(|past| {
            let is_next = past.committee.epoch.0.saturating_add(EVIDENCE_EPOCHS_MAX) >= next.0;
            let is_recent = time.0.saturating_sub(past.ended.0) < window && !mutant::is(mutant::RELEASE_HASTILY);
            is_next || is_recent
        });
        let past = &self.past;
        let present = self.committee.epoch;
        let counts = |epoch: Epoch| epoch == present || past.iter().any(|past| past.committee.epoch == epoch);
        self.convictions.retain(|conviction| counts(conviction.epoch));
    }

    /// Releases the bonds of members that left or were convicted, once offences of the epochs in which they had seats
    /// can no longer be reported.
    fn release_bonds(&mut self) {
        let (committee, past) = (&self.committee, &self.past);
        let is_gone = |validator: &Validator| {
            let wants = matches!(validator.standing, Standing::Leaving | Standing::Jailed);
            let is_bonded = past.iter().any(|past| past.committee.index_of(validator.id).is_some());
            wants && (!is_bonded || mutant::is(mutant::RELEASE_EARLY)) && committee.index_of(validator.id).is_none()
        };
        for validator in self.registry.remove(is_gone) {
            self.treasury.owe(validator.operator, validator.bond);
        }
    }
}
