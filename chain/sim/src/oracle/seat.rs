//! An oracle: the seats of all epochs, rebuilt from the beacon's events.
//!
//! Invariants checked:
//! - At one epoch boundary no more seats change than [P19, change of committees] allows.
//! - A new member has registered, bonded and acknowledged its synchronisation in time.
//! - A weight is at most the validator's bond.
//! - A validator that left does not return.
//! - No bond is released before a whole epoch, and the minimum time, have passed since the validator's last seat.

use chain_types::{
    Epoch, Genesis, PublicKey, TenantId, TimestampMs, Transaction,
    beacon::{self, Event, ValidatorId},
    validator::ValidatorSet,
};
use std::collections::{BTreeMap, BTreeSet};

/// Parts per million.
const PPM: u64 = 1_000_000;

/// A validator that has registered.
struct Member {
    id: ValidatorId,
    tenant: TenantId,
    last_sat: Option<Epoch>,
    /// It announced to leave, or was convicted.
    is_leaving: bool,
    /// It announced to leave.
    has_asked: bool,
    has_left: bool,
}

/// The state of the seats.
pub(super) struct Seats {
    adversary_ppm: u64,
    bond_min: u64,
    evidence_ms_min: u64,
    /// The end of each epoch.
    ended: BTreeMap<Epoch, TimestampMs>,
    /// All validators that ever registered.
    members: BTreeMap<PublicKey, Member>,
    first: usize,
    ready: BTreeSet<(ValidatorId, Epoch)>,
    rewards: BTreeMap<TenantId, u64>,
    taken: BTreeMap<TenantId, u64>,
    changes: u64,
}

impl Seats {
    pub(super) fn new(genesis: &Genesis) -> Self {
        let document = genesis.beacon.iter();
        let parameters = genesis.beacon.as_ref().map(|beacon| &beacon.parameters);
        let first = (0..).zip(document.flat_map(|beacon| &beacon.validators)).map(|(id, one)| {
            let (id, tenant, last_sat) = (ValidatorId(id), one.operator, Some(Epoch(0)));
            (one.key, Member { id, tenant, last_sat, is_leaving: false, has_asked: false, has_left: false })
        });
        let members: BTreeMap<_, _> = first.collect();
        Self {
            adversary_ppm: parameters.map_or(0, |parameters| parameters.adversary_ppm.into()),
            bond_min: parameters.map_or(0, |parameters| parameters.bond_min),
            evidence_ms_min: parameters.map_or(0, |parameters| parameters.evidence_ms_min),
            ended: BTreeMap::new(),
            first: members.len(),
            members,
            ready: BTreeSet::new(),
            rewards: BTreeMap::new(),
            taken: BTreeMap::new(),
            changes: 0,
        }
    }

    /// Applies an event with its command and transaction. The tuple is the block's epoch and time, and all bonds by
    /// validator number.
    pub(super) fn event(
        &mut self,
        transaction: &Transaction,
        command: &beacon::Command,
        event: &Event,
        (epoch, time, bonds): (Epoch, TimestampMs, &[u64]),
    ) -> Result<(), String> {
        let header = &transaction.header;
        match event {
            Event::Registered { validator, .. } => {
                let beacon::Command::Register(registration) = command else {
                    return Err("seats: a validator is registered without a registration".to_owned());
                };
                let is_new = usize::try_from(validator.0).ok() == Some(self.members.len());
                if !is_new || registration.key != header.author || self.members.contains_key(&registration.key) {
                    return Err(format!("seats: validator {validator} is registered in another's place"));
                }
                let member = Member {
                    id: *validator,
                    tenant: header.tenant,
                    last_sat: None,
                    is_leaving: false,
                    has_asked: false,
                    has_left: false,
                };
                self.members.insert(registration.key, member);
            }
            Event::SyncAcknowledged { validator, epoch } => {
                self.ready.insert((*validator, *epoch));
            }
            Event::LeaveAnnounced { validator } => self.leaves(*validator, true),
            Event::Convicted { validator, rewarded, .. } => {
                self.leaves(*validator, false);
                let of_member = self.members.get(&header.author).map(|member| member.tenant);
                *self.rewards.entry(of_member.unwrap_or(header.tenant)).or_default() += rewarded;
            }
            Event::Withdrawn { tenant, amount } => {
                let is_free = |member: &&Member| {
                    let is_late = |last| {
                        let ended = self.ended.get(&last).map_or(u64::MAX, |ended| ended.0);
                        time.0 >= ended.saturating_add(self.evidence_ms_min)
                    };
                    let has_waited = member.last_sat.is_none_or(|last| last.0 + 2 <= epoch.0 && is_late(last));
                    member.tenant == *tenant && member.is_leaving && has_waited
                };
                let bonds = self.members.values().filter(is_free).map(|member| bond_of(bonds, member.id));
                let most = bonds.sum::<u64>() + self.rewards.get(tenant).copied().unwrap_or_default();
                let taken = self.taken.entry(*tenant).or_default();
                *taken += amount;
                if *taken > most {
                    return Err(format!(
                        "bonds: a tenant withdraws {taken} in epoch {epoch}, where {most} are released"
                    ));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn leaves(&mut self, id: ValidatorId, has_asked: bool) {
        if let Some(member) = self.members.values_mut().find(|member| member.id == id) {
            member.is_leaving = true;
            member.has_asked |= has_asked;
        }
    }

    /// Checks the change from one committee to the next, at the time of the block that ends the epoch.
    pub(super) fn change(
        &mut self,
        before: &ValidatorSet,
        after: &ValidatorSet,
        (time, bonds): (TimestampMs, &[u64]),
    ) -> Result<(), String> {
        self.ended.insert(before.epoch, time);
        let keys = |set: &ValidatorSet| set.validators.iter().map(|one| one.key).collect::<BTreeSet<_>>();
        let (old, new, epoch) = (keys(before), keys(after), after.epoch);
        let (joined, left) = (new.difference(&old).count(), old.difference(&new).count());
        let most = self.changes_max(old.len() as u64);
        if joined.max(left) as u64 > most {
            return Err(format!("seats: {joined} join and {left} leave before epoch {epoch}, where {most} may"));
        }
        self.changes += (joined + left) as u64;
        for one in &after.validators {
            let Some(member) = self.members.get_mut(&one.key) else {
                return Err(format!("seats: a member of epoch {epoch} never registered"));
            };
            let (id, bond) = (member.id, bond_of(bonds, member.id));
            if bond == 0 || one.weight > bond {
                return Err(format!(
                    "seats: validator {id} weighs {} in epoch {epoch} by a bond of {bond}",
                    one.weight
                ));
            }
            let is_new = !old.contains(&one.key);
            if is_new && (member.has_left || bond < self.bond_min || !self.ready.contains(&(id, epoch))) {
                return Err(format!("seats: validator {id} may not sit in epoch {epoch}"));
            }
            member.last_sat = Some(epoch);
        }
        for key in old.difference(&new) {
            if let Some(member) = self.members.get_mut(key) {
                member.has_left |= member.is_leaving;
            }
        }
        Ok(())
    }

    /// The maximum number of changes among `m` seats: `max(1, min(ceil(log2 m), floor(m (1/3 - beta))))`. `beta` is the
    /// assumed share of Byzantine weight, `adversary_ppm` in parts per million.
    fn changes_max(&self, seats: u64) -> u64 {
        let logarithm = (0..64).find(|bits| 1_u64 << bits >= seats).unwrap_or(64);
        let slack = seats * PPM.saturating_sub(3 * self.adversary_ppm) / (3 * PPM);
        logarithm.min(slack).max(1)
    }

    /// The number of seat changes so far.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether a validator may wait for the end of the epoch.
    pub(super) fn is_awaited(&self) -> bool {
        self.members.values().any(|member| member.is_leaving || member.last_sat.is_none())
    }

    /// Validators that registered and never had a seat, or that announced to leave and have not received their bond.
    pub(super) fn waiting(&self) -> impl Iterator<Item = ValidatorId> {
        let waits = |member: &&Member| {
            let number = usize::try_from(member.id.0).unwrap_or(usize::MAX);
            let has_come = member.last_sat.is_some() || number < self.first || member.is_leaving;
            let is_paid = self.taken.get(&member.tenant).is_some_and(|taken| *taken > 0);
            !has_come || (member.has_asked && !is_paid)
        };
        self.members.values().filter(waits).map(|member| member.id)
    }
}

fn bond_of(bonds: &[u64], id: ValidatorId) -> u64 {
    usize::try_from(id.0).ok().and_then(|at| bonds.get(at)).copied().unwrap_or_default()
}
