//! The beacon, folded from its events alone. Invariants checked: an epoch lasts as long as it must, its number rests on
//! deals of a quorum that were fixed before any share was shown; only liars are convicted, each of one offence once; what
//! a bond loses is what others get and what is burned; and who was convicted loses its seat.

use super::{committee::Committees, randomness::Randomness, seat::Seats};
use chain_ledger::beacon::BeaconState;
use chain_types::{
    Epoch, Event, FinalBlock, Genesis, Height, Operation, PublicKey, Receipt,
    beacon::{self, Evidence, HandOver, Offence, Parameters, ValidatorId},
};
use std::collections::{BTreeMap, BTreeSet};

/// What the events of the beacon's shard add up to.
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
    last_end: Height,
}

impl Beacon {
    /// The beacon of a genesis document, where these machines may do anything; nothing without one.
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
            last_end: Height(0),
        })
    }

    /// A block of the beacon's shard became final, in this epoch.
    pub(super) fn fold(&mut self, block: &FinalBlock, committees: &Committees) -> Result<(), String> {
        let commands = block.block.transactions.iter().flat_map(|one| one.commands.iter().map(move |core| (one, core)));
        for ((transaction, command), receipt) in commands.zip(&block.block.receipts) {
            let (Operation::Beacon(operation), Receipt::Applied { events }) = (&command.core.operation, receipt) else {
                continue;
            };
            for event in events {
                if let Event::Beacon(event) = event {
                    let present = (block.header.epoch, &self.bonds[..]);
                    self.seats.event(transaction, operation, event, present)?;
                    self.event(operation, event, block, committees)?;
                }
            }
        }
        Ok(())
    }

    fn event(
        &mut self,
        operation: &beacon::Operation,
        event: &beacon::Event,
        block: &FinalBlock,
        committees: &Committees,
    ) -> Result<(), String> {
        let epoch = block.header.epoch;
        match operation {
            beacon::Operation::Deal(signed) => self.randomness.dealt(signed),
            beacon::Operation::Reveal(reveal) => self.randomness.revealed(reveal),
            _ => {}
        }
        match event {
            beacon::Event::DealAccepted { dealer, .. } => {
                if !self.holders.is_empty() {
                    return Err(format!("randomness: seat {dealer} deals when shares of epoch {epoch} are known"));
                }
                self.dealers.insert(*dealer);
            }
            beacon::Event::SharesRevealed { holder, .. } => {
                let (dealt, all) = weight(committees, epoch, &self.dealers);
                if dealt * 3 <= all * 2 {
                    return Err(format!("randomness: shares of epoch {epoch} are shown when {dealt} of {all} dealt"));
                }
                self.holders.insert(*holder);
            }
            beacon::Event::Registered { bond, .. } => {
                if let beacon::Operation::Register(registration) = operation {
                    self.randomness.registered(registration);
                    self.keys.push(registration.key);
                }
                self.bonds.push(*bond);
                self.bonded += bond;
            }
            beacon::Event::Withdrawn { amount, .. } => self.withdrawn += amount,
            beacon::Event::Convicted { .. } => self.convict(operation, event)?,
            beacon::Event::EpochEnded(hand_over) => self.end(hand_over, block.header.height, committees)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, hand_over: &HandOver, height: Height, committees: &Committees) -> Result<(), String> {
        let next = hand_over.epoch();
        let ended = Epoch(next.0 - 1);
        if height.0 - self.last_end.0 < self.parameters.epoch_blocks || hand_over.height != height {
            return Err(format!("epochs: epoch {ended} ends at height {height} after {}", self.last_end));
        }
        let (shown, all) = weight(committees, ended, &self.holders);
        if shown * 3 < all {
            return Err(format!("randomness: epoch {next} begins with shares of {shown} of {all}"));
        }
        let set = committees.set(ended).ok_or_else(|| format!("epochs: nobody knows who sat in epoch {ended}"))?;
        self.randomness.end(set, hand_over.randomness)?;
        self.seats.change(set, &hand_over.committee, &self.bonds)?;
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
        self.last_end = height;
        Ok(())
    }

    fn convict(&mut self, operation: &beacon::Operation, event: &beacon::Event) -> Result<(), String> {
        let beacon::Event::Convicted { validator, offence, slashed, rewarded, compensated, burned } = *event else {
            return Ok(());
        };
        let beacon::Operation::ReportEvidence(evidence) = operation else {
            return Err("convictions: somebody is convicted without evidence".to_owned());
        };
        let epoch = match &**evidence {
            Evidence::Equivocation(equivocation) => equivocation.first.vote.epoch,
            Evidence::BadDeal(signed) => signed.deal.epoch,
            Evidence::BrokenReceipt(broken) => broken.promise.signed.receipt.epoch,
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
            Offence::Equivocation => self.parameters.slash.equivocation,
            Offence::BadDeal => self.parameters.slash.bad_deal,
            Offence::BrokenReceipt => self.parameters.slash.broken_receipt,
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

    /// How many seats changed.
    pub const fn changes(&self) -> u64 {
        self.seats.changes()
    }

    /// Who registered and has not sat, or asked to leave and has not left or has not its bond back.
    pub fn waiting(&self) -> Vec<ValidatorId> {
        self.seats.waiting().collect()
    }

    /// How many convictions there were.
    pub fn convictions(&self) -> u64 {
        self.convicted.len() as u64
    }

    /// Compares the fold with what an honest validator's state says at the end.
    ///
    /// # Errors
    /// Units that are missing, or too many.
    pub(super) fn compare(&self, state: &BeaconState) -> Result<(), String> {
        let treasury = state.treasury();
        let bonds: u64 = state.registry().validators().iter().map(|one| one.bond).sum();
        let outside: u64 = treasury.owed.values().sum::<u64>() + treasury.fund;
        let found = bonds + outside + treasury.burned + treasury.withdrawn;
        if found != self.bonded {
            return Err(format!("bonds: {found} of {} are somewhere", self.bonded));
        }
        // A bond that was released is owed until it is taken.
        let expected: u64 = self.bonds.iter().sum::<u64>() + self.given - self.withdrawn;
        if treasury.burned != self.burned || bonds + outside != expected {
            return Err(format!("bonds: {bonds} bonded, {outside} owed and kept; the events say {expected} together"));
        }
        Ok(())
    }
}

fn weight(committees: &Committees, epoch: Epoch, seats: &BTreeSet<u16>) -> (u128, u128) {
    let members: BTreeMap<u16, u128> = committees.set(epoch).map_or_else(BTreeMap::new, |set| {
        (0..).zip(&set.validators).map(|(seat, one)| (seat, u128::from(one.weight))).collect()
    });
    (seats.iter().filter_map(|seat| members.get(seat)).sum(), members.values().sum())
}
