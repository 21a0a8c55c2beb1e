//! An oracle: the beacon's bonds, convictions and epochs, rebuilt from its events.
//!
//! Invariants checked:
//! - An epoch has its minimum length and ends only after every shard has entered it.
//! - Its random number rests on the deals of a quorum, fixed before the first share is revealed.
//! - The league (the list of leaders) is drawn by the lots that were fixed together with the deals.
//! - Only Byzantine validators are convicted, at most once per epoch and offence; votes without a seat lead to a
//!   conviction.
//! - Slashed amounts equal the sum of rewards, compensations and burned units.
//! - A convicted validator loses its seat.
//!
//! The lots are read from the state. At the end the sums are compared with the state.

use super::{committee::Committees, randomness::Randomness, seat::Seats};
use chain_beacon::{INACTIVE_EPOCHS_MAX, lots::Lots};
use chain_ledger::beacon::BeaconState;
use chain_types::{
    Command, Epoch, Event, FinalBlock, Genesis, Height, PublicKey, Receipt, ShardId, TimestampMs,
    beacon::{self, Evidence, HandOver, Offence, Parameters, ValidatorId},
    validator::ValidatorSet,
};
use std::collections::{BTreeMap, BTreeSet};

/// The sums of the events on the beacon's shard.
pub struct Beacon {
    parameters: Parameters,
    liars: Vec<u16>,
    keys: Vec<PublicKey>,
    bonds: Vec<u64>,
    bonded: u64,
    given: u64,
    burned: u64,
    convicted: BTreeSet<(ValidatorId, u64, Offence)>,
    out_next: BTreeSet<ValidatorId>,
    dealers: BTreeSet<u16>,
    holders: BTreeSet<u16>,
    randomness: Randomness,
    seats: Seats,
    withdrawn: u64,
    last_end: (Height, TimestampMs),
    /// The lots of the next league, from the first state of the epoch that contained them.
    lots: Option<(Epoch, Lots)>,
}

impl Beacon {
    /// The beacon of a genesis document, where `liars` are the Byzantine machines; `None` without a beacon.
    pub(super) fn new(genesis: &Genesis, liars: Vec<u16>) -> Option<Self> {
        let document = genesis.beacon.as_ref()?;
        let bonds: Vec<u64> = document.validators.iter().map(|one| one.bond).collect();
        Some(Self {
            parameters: document.parameters.clone(),
            liars,
            keys: document.validators.iter().map(|one| one.key).collect(),
            bonded: bonds.iter().sum(),
            bonds,
            given: 0,
            burned: 0,
            convicted: BTreeSet::new(),
            out_next: BTreeSet::new(),
            dealers: BTreeSet::new(),
            holders: BTreeSet::new(),
            randomness: Randomness::new(genesis),
            seats: Seats::new(genesis),
            withdrawn: 0,
            last_end: (Height(0), genesis.timestamp_ms),
            lots: None,
        })
    }

    /// Applies a final block of the beacon's shard.
    pub(super) fn fold(&mut self, block: &FinalBlock, committees: &Committees) -> Result<(), String> {
        let entries = block.block.transactions.iter().flat_map(|one| one.entries.iter().map(move |core| (one, core)));
        for ((transaction, entry), receipt) in entries.zip(&block.block.receipts) {
            match (&entry.core.command, receipt) {
                (Command::Beacon(command), Receipt::Applied(Event::Beacon(event))) => {
                    let present = (block.header.epoch, block.header.timestamp_ms, &self.bonds[..]);
                    self.seats.event(transaction, command, event, present)?;
                    self.event(command, event, block, committees)?;
                }
                (Command::Beacon(beacon::Command::ReportEvidence(evidence)), Receipt::Rejected(rejection)) => {
                    let is_excused = rejection.code == "beacon.evidence_invalid";
                    if is_excused && is_foreign_vote(evidence, committees) {
                        return Err("convictions: a vote without a seat leads to no conviction".to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn event(
        &mut self,
        command: &beacon::Command,
        event: &beacon::Event,
        block: &FinalBlock,
        committees: &Committees,
    ) -> Result<(), String> {
        let epoch = block.header.epoch;
        match command {
            beacon::Command::Deal(signed) => self.randomness.dealt(signed),
            beacon::Command::Reveal(reveal) => self.randomness.revealed(reveal),
            _ => {}
        }
        match event {
            beacon::Event::DealAccepted { dealer, .. } => {
                if !self.holders.is_empty() {
                    return Err(format!("randomness: seat {dealer} deals after shares of epoch {epoch} were revealed"));
                }
                self.dealers.insert(*dealer);
            }
            beacon::Event::SharesRevealed { holder, .. } => {
                let (dealt, all) = weight(committees, epoch, &self.dealers);
                if dealt * 3 <= all * 2 {
                    return Err(format!(
                        "randomness: shares of epoch {epoch} are revealed when {dealt} of {all} dealt"
                    ));
                }
                self.holders.insert(*holder);
            }
            beacon::Event::Registered { bond, .. } => {
                if let beacon::Command::Register(registration) = command {
                    self.randomness.registered(registration);
                    self.keys.push(registration.key);
                }
                self.bonds.push(*bond);
                self.bonded += bond;
            }
            beacon::Event::Withdrawn { amount, .. } => self.withdrawn += amount,
            beacon::Event::Convicted { .. } => self.convict(command, event)?,
            beacon::Event::EpochEnded(hand_over) => self.end(hand_over, block, committees)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, hand_over: &HandOver, block: &FinalBlock, committees: &Committees) -> Result<(), String> {
        let next = hand_over.epoch();
        let ended = Epoch(next.0 - 1);
        let (height, time) = (block.header.height, block.header.timestamp_ms);
        let (began, began_at) = self.last_end;
        // A validator may leave after too many inactive epochs, and no event records that.
        let is_awaited = self.seats.is_awaited() || ended.0 >= u64::from(INACTIVE_EPOCHS_MAX);
        let is_long = height.0 - began.0 >= self.parameters.epoch_blocks || is_awaited;
        let is_old = time.0 - began_at.0 >= self.parameters.epoch_ms_min;
        if !is_long || !is_old || hand_over.height != height {
            return Err(format!("epochs: epoch {ended} ends at height {height} time {time} after {began} {began_at}"));
        }
        let others = (1..self.parameters.shards).map(ShardId);
        if let Some(shard) = others.into_iter().find(|shard| committees.present(*shard) < ended) {
            return Err(format!("epochs: epoch {ended} ends and shard {shard} has not entered it"));
        }
        self.check_league(hand_over)?;
        let (shown, all) = weight(committees, ended, &self.holders);
        if shown * 3 < all {
            return Err(format!("randomness: epoch {next} begins with shares of {shown} of {all}"));
        }
        let set = committees.set(ended).ok_or_else(|| format!("epochs: the committee of epoch {ended} is unknown"))?;
        self.randomness.end(set, hand_over.randomness)?;
        self.seats.change(set, &hand_over.committee, (time, &self.bonds))?;
        if committees.hand_over(ended).is_some_and(|before| before.randomness == hand_over.randomness) {
            return Err(format!("randomness: epoch {next} begins with the number of the one before"));
        }
        let sits = |id: &&ValidatorId| {
            let key = usize::try_from(id.0).ok().and_then(|at| self.keys.get(at));
            hand_over.committee.validators.iter().any(|one| Some(&one.key) == key)
        };
        if let Some(id) = self.out_next.iter().find(sits) {
            return Err(format!("convictions: validator {id} was convicted and sits in epoch {next}"));
        }
        self.out_next.clear();
        self.dealers.clear();
        self.holders.clear();
        self.last_end = (height, time);
        Ok(())
    }

    /// Reads the lots from the beacon's state at an honest process.
    pub(super) fn observed(&mut self, state: &BeaconState) {
        let epoch = state.epoch();
        if let Some(lots) = state.lots().filter(|_| self.lots.as_ref().is_none_or(|(known, _)| *known < epoch)) {
            self.lots = Some((epoch, lots.clone()));
        }
    }

    /// Checks that the league was drawn by the fixed lots, without validators that have no seat or were convicted.
    fn check_league(&self, hand_over: &HandOver) -> Result<(), String> {
        let next = hand_over.epoch();
        let Some((_, lots)) = self.lots.as_ref().filter(|(epoch, _)| epoch.0 + 1 == next.0) else { return Ok(()) };
        let seat = |id: ValidatorId| {
            let key = usize::try_from(id.0).ok().and_then(|at| self.keys.get(at))?;
            (0_u16..).zip(&hand_over.committee.validators).find(|(_, one)| one.key == *key).map(|(seat, _)| seat)
        };
        let is_convicted = |id: &ValidatorId| self.convicted.iter().any(|(one, ..)| one == id);
        let drawn = lots.drawn(next, hand_over.randomness);
        let most = usize::from(self.parameters.league_seats);
        let trusted: Vec<u16> =
            drawn.iter().filter(|id| !is_convicted(id)).filter_map(|id| seat(*id)).take(most).collect();
        if trusted == hand_over.league || trusted.is_empty() {
            return Ok(());
        }
        Err(format!("league: epoch {next} is led by {:?} where the lots yield {trusted:?}", hand_over.league))
    }

    fn convict(&mut self, command: &beacon::Command, event: &beacon::Event) -> Result<(), String> {
        let beacon::Event::Convicted { validator, offence, slashed, rewarded, compensated, burned } = *event else {
            return Ok(());
        };
        let beacon::Command::ReportEvidence(evidence) = command else {
            return Err("convictions: a validator is convicted without evidence".to_owned());
        };
        let epoch = match &**evidence {
            Evidence::Equivocation(equivocation) => equivocation.first.vote.epoch,
            Evidence::BadDeal(signed) => signed.deal.epoch,
            Evidence::BrokenPromise(broken) => broken.promise.signed.promise.epoch,
            Evidence::ForeignVote(foreign) => foreign.vote.epoch,
        };
        let machine = u16::try_from(validator.0).unwrap_or(u16::MAX);
        if !self.liars.contains(&machine) {
            return Err(format!("convictions: validator {validator} is convicted and is honest"));
        }
        if !self.convicted.insert((validator, epoch.0, offence)) {
            return Err(format!(
                "convictions: validator {validator} is convicted twice of {offence:?} in epoch {epoch}"
            ));
        }
        let permille = match offence {
            Offence::Equivocation | Offence::ForeignVote => self.parameters.slash.equivocation,
            Offence::BadDeal => self.parameters.slash.bad_deal,
            Offence::BrokenPromise => self.parameters.slash.broken_promise,
        };
        let bond = &mut self.bonds[usize::from(machine)];
        let due = *bond / 1_000 * u64::from(permille);
        if slashed != due || rewarded + compensated + burned != slashed {
            return Err(format!("bonds: validator {validator} loses {slashed} instead of {due}"));
        }
        *bond -= slashed;
        self.given += rewarded + compensated;
        self.burned += burned;
        self.out_next.insert(validator);
        Ok(())
    }

    /// The number of seat changes.
    pub const fn changes(&self) -> u64 {
        self.seats.changes()
    }

    /// Validators that registered and never had a seat, or that announced to leave and have not left or not received
    /// their bond.
    pub fn waiting(&self) -> Vec<ValidatorId> {
        self.seats.waiting().collect()
    }

    /// The number of convictions.
    pub fn convictions(&self) -> u64 {
        self.convicted.len() as u64
    }

    /// Compares the sums with the beacon's state at an honest validator at the end.
    ///
    /// # Errors
    /// A difference in units.
    pub(super) fn compare(&self, state: &BeaconState) -> Result<(), String> {
        let treasury = state.treasury();
        let bonds: u64 = state.registry().validators().iter().map(|one| one.bond).sum();
        let outside: u64 = treasury.owed.values().sum::<u64>() + treasury.fund;
        let found = bonds + outside + treasury.burned + treasury.withdrawn;
        if found != self.bonded {
            return Err(format!("bonds: {found} of {} are accounted for", self.bonded));
        }
        // A released bond is owed until it is withdrawn.
        let expected: u64 = self.bonds.iter().sum::<u64>() + self.given - self.withdrawn;
        if treasury.burned != self.burned || bonds + outside != expected {
            return Err(format!("bonds: {bonds} bonded, {outside} owed and kept; the events add up to {expected}"));
        }
        Ok(())
    }
}

/// Whether evidence contains a validly signed vote by a key without a seat, in a known epoch.
fn is_foreign_vote(evidence: &Evidence, committees: &Committees) -> bool {
    let Evidence::ForeignVote(foreign) = evidence else { return false };
    let sits = |set: &ValidatorSet| set.validators.iter().any(|one| one.key == foreign.key);
    foreign.is_signed() && committees.set(foreign.vote.epoch).is_some_and(|set| !sits(set))
}

fn weight(committees: &Committees, epoch: Epoch, seats: &BTreeSet<u16>) -> (u128, u128) {
    let members: BTreeMap<u16, u128> = committees.set(epoch).map_or_else(BTreeMap::new, |set| {
        (0..).zip(&set.validators).map(|(seat, one)| (seat, u128::from(one.weight))).collect()
    });
    (seats.iter().filter_map(|seat| members.get(seat)).sum(), members.values().sum())
}
