//! What crosses shards, folded from the final blocks in the order in which honest processes announce them; each such
//! order is a consistent cut. Invariants checked: the supply is whole at every cut, each message takes effect once and
//! in order and stays in its outbox until it did, and a bundle is decided once and settled everywhere as it was
//! decided; it aborts only when a leg was refused. No leg is locked from its deadline on, none is refused by a stranger
//! before it, and no trace goes before its grace.

use chain_types::{
    BlockHeader, Command, Event, FinalBlock, Genesis, Receipt, ShardId, TenantId, TimestampMs, Transaction,
    atomic::{self, BundleId, Decision, Leg},
    beacon, limit,
    native::{self, SUPPLY, TREASURY, TREASURY_SHARD},
};
use std::collections::BTreeMap;

/// A message on its way.
#[derive(Clone, Copy)]
struct Parcel {
    from: TenantId,
    to: TenantId,
    amount: u64,
}

/// Where a leg stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LegState {
    Open,
    Escrowed,
    Refused,
    Settled,
}

/// A bundle as the blocks tell it.
pub struct Bundle {
    /// Its legs.
    pub legs: Vec<Leg>,
    /// The block time from which on no leg may be locked.
    pub deadline: TimestampMs,
    states: Vec<LegState>,
    decision: Option<Decision>,
}

/// One way between two shards.
#[derive(Default)]
struct Way {
    sent: BTreeMap<u64, Parcel>,
    arrived: u64,
    acknowledged: u64,
}

/// The fold.
pub struct Trade {
    balances: BTreeMap<(ShardId, TenantId), u64>,
    ways: BTreeMap<(ShardId, ShardId), Way>,
    bundles: BTreeMap<BundleId, Bundle>,
    bonded: u64,
}

type Verdict = Result<(), String>;

impl Trade {
    /// The beginning: the treasury holds what is not bonded.
    pub fn new(genesis: &Genesis) -> Self {
        let bonded = genesis.beacon.iter().flat_map(|beacon| &beacon.validators).map(|one| one.bond).sum();
        Self {
            balances: BTreeMap::from([((TREASURY_SHARD, TREASURY), SUPPLY.0 - bonded)]),
            ways: BTreeMap::new(),
            bundles: BTreeMap::new(),
            bonded,
        }
    }

    /// The bundles that need something, with their ids.
    pub fn unfinished(&self) -> impl Iterator<Item = (BundleId, &Bundle)> {
        self.bundles.iter().filter(|(_, bundle)| !bundle.is_finished()).map(|(id, bundle)| (*id, bundle))
    }

    /// Whether nothing is under way.
    pub fn is_at_rest(&self) -> bool {
        let is_empty = |way: &Way| way.acknowledged == way.arrived && way.sent.len() as u64 == way.arrived;
        self.unfinished().next().is_none() && self.ways.values().all(is_empty)
    }

    /// How many messages arrived, and how many bundles were committed and aborted.
    pub fn counts(&self) -> [u64; 3] {
        let decided = |what| self.bundles.values().filter(|bundle| bundle.decision == Some(what)).count() as u64;
        let arrived = self.ways.values().map(|way| way.arrived).sum();
        [arrived, decided(Decision::Commit), decided(Decision::Abort)]
    }

    /// What a tenant holds on a shard.
    pub fn balances(&self) -> impl Iterator<Item = (ShardId, TenantId, u64)> {
        self.balances.iter().map(|((shard, tenant), amount)| (*shard, *tenant, *amount))
    }

    /// A block became final.
    pub(super) fn fold(&mut self, block: &FinalBlock) -> Verdict {
        let entries = block.block.transactions.iter().flat_map(|one| one.entries.iter().map(move |core| (one, core)));
        for ((transaction, entry), receipt) in entries.zip(&block.block.receipts) {
            let Receipt::Applied(event) = receipt else { continue };
            let BlockHeader { shard, height, .. } = block.header;
            self.event(&block.header, transaction, &entry.core.command, event)
                .map_err(|what| format!("{what} at shard {shard} height {height}"))?;
        }
        self.is_whole()
    }

    fn event(&mut self, at: &BlockHeader, transaction: &Transaction, command: &Command, event: &Event) -> Verdict {
        let shard = at.shard;
        match event {
            Event::Native(native::Event::Granted { to, amount }) => self.pay(shard, TREASURY, *to, amount.0),
            Event::Native(native::Event::Transferred { from, to, amount }) => self.pay(shard, *from, *to, amount.0),
            Event::Beacon(beacon::Event::Registered { bond, .. }) => {
                self.bonded += bond;
                self.debit(shard, transaction.header.tenant, *bond)
            }
            Event::Beacon(beacon::Event::Withdrawn { tenant, amount }) => {
                self.bonded -= amount;
                self.credit(shard, *tenant, *amount);
                Ok(())
            }
            Event::Atomic(event) => {
                let Command::Atomic(command) = command else {
                    return Err("messages: an event of another command".to_owned());
                };
                self.crossed(at, transaction.header.tenant, command, event)
            }
            _ => Ok(()),
        }
    }

    fn crossed(
        &mut self,
        at: &BlockHeader,
        tenant: TenantId,
        command: &atomic::Command,
        event: &atomic::Event,
    ) -> Verdict {
        use atomic::Event as Crossed;
        let (shard, time) = (at.shard, at.timestamp_ms);
        match (event, command) {
            (Crossed::Sent { destination, sequence }, atomic::Command::Send(atomic::Send { to, amount, .. })) => {
                self.debit(shard, tenant, amount.0)?;
                self.post(shard, *destination, *sequence, Parcel { from: tenant, to: *to, amount: amount.0 })
            }
            (Crossed::Credited { source, sequence }, _) => {
                let parcel = self.take(*source, shard, *sequence)?;
                self.credit(shard, parcel.to, parcel.amount);
                Ok(())
            }
            (Crossed::Bounced { source, sequence, returned_as }, _) => {
                let Parcel { from, to, amount } = self.take(*source, shard, *sequence)?;
                self.post(shard, *source, *returned_as, Parcel { from: to, to: from, amount })
            }
            (Crossed::OutboxAcknowledged { destination, sequence }, _) => {
                let way = self.ways.entry((shard, *destination)).or_default();
                if *sequence > way.arrived {
                    return Err(format!("messages: {sequence} is acknowledged when {} arrived", way.arrived));
                }
                way.acknowledged = *sequence;
                Ok(())
            }
            (Crossed::BundleOpened { bundle: id }, atomic::Command::OpenBundle { bundle }) => {
                let states = vec![LegState::Open; bundle.legs.len()];
                let (legs, deadline) = (bundle.legs.clone(), bundle.deadline);
                let is_new = self.bundles.insert(*id, Bundle { legs, deadline, states, decision: None }).is_none();
                if is_new { Ok(()) } else { Err(format!("bundles: {id} is opened twice")) }
            }
            (Crossed::LegPrepared { bundle, leg }, _) => {
                let found = self.leg(*bundle, *leg, shard, LegState::Open, LegState::Escrowed)?;
                if self.is_past(*bundle, time, 0) {
                    return Err(format!("deadlines: leg {leg} of {bundle} is locked too late"));
                }
                self.debit(shard, found.from, found.amount.0)
            }
            (Crossed::LegRefused { bundle, leg }, _) => {
                let found = self.leg(*bundle, *leg, shard, LegState::Open, LegState::Refused)?;
                if found.from != tenant && !self.is_past(*bundle, time, 0) {
                    return Err(format!("deadlines: leg {leg} of {bundle} is refused too early"));
                }
                Ok(())
            }
            (Crossed::LegForgotten { bundle, leg }, _) if !self.is_past(*bundle, time, limit::LOCK_GRACE_MS) => {
                Err(format!("deadlines: leg {leg} of {bundle} is forgotten too early"))
            }
            (Crossed::BundleDecided { bundle, decision }, _) => self.decide(*bundle, *decision),
            (Crossed::LegSettled { bundle, leg, decision }, _) => {
                let found = self.leg(*bundle, *leg, shard, LegState::Escrowed, LegState::Settled)?;
                if self.bundles.get(bundle).and_then(|one| one.decision) != Some(*decision) {
                    return Err(format!("bundles: leg {leg} of {bundle} is settled as nobody decided"));
                }
                let receiver = if *decision == Decision::Commit { found.to } else { found.from };
                self.credit(shard, receiver, found.amount.0);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn decide(&mut self, id: BundleId, decision: Decision) -> Verdict {
        let Some(bundle) = self.bundles.get_mut(&id) else { return Err(format!("bundles: {id} was never opened")) };
        if bundle.decision.is_some() {
            return Err(format!("bundles: {id} is decided twice"));
        }
        if decision == Decision::Commit && bundle.states.iter().any(|state| *state != LegState::Escrowed) {
            return Err(format!("bundles: {id} is committed and not all of it is in escrow"));
        }
        if decision == Decision::Abort && !bundle.states.contains(&LegState::Refused) {
            return Err(format!("bundles: {id} is aborted and nobody refused"));
        }
        bundle.decision = Some(decision);
        Ok(())
    }

    /// Whether a time is so many milliseconds past a bundle's deadline, or more.
    fn is_past(&self, id: BundleId, time: TimestampMs, by_ms: u64) -> bool {
        self.bundles.get(&id).is_some_and(|bundle| time.0 >= bundle.deadline.0 + by_ms)
    }

    fn leg(&mut self, id: BundleId, leg: u8, shard: ShardId, from: LegState, to: LegState) -> Result<Leg, String> {
        let at = usize::from(leg);
        let bundle = self.bundles.get_mut(&id).ok_or_else(|| format!("bundles: {id} was never opened"))?;
        let (Some(found), Some(state)) = (bundle.legs.get(at), bundle.states.get_mut(at)) else {
            return Err(format!("bundles: {id} has no leg {leg}"));
        };
        if *state != from || found.shard != shard {
            return Err(format!("bundles: leg {leg} of {id} moves twice"));
        }
        *state = to;
        Ok(*found)
    }

    fn post(&mut self, from: ShardId, to: ShardId, sequence: u64, parcel: Parcel) -> Verdict {
        let way = self.ways.entry((from, to)).or_default();
        if sequence != way.sent.len() as u64 + 1 {
            return Err(format!("messages: number {sequence} from {from} to {to} is out of line"));
        }
        way.sent.insert(sequence, parcel);
        Ok(())
    }

    fn take(&mut self, from: ShardId, to: ShardId, sequence: u64) -> Result<Parcel, String> {
        let way = self.ways.entry((from, to)).or_default();
        if sequence != way.arrived + 1 {
            return Err(format!("messages: {sequence} from {from} to {to} arrives after {}", way.arrived));
        }
        way.arrived = sequence;
        way.sent.get(&sequence).copied().ok_or_else(|| format!("messages: {sequence} from {from} was never sent"))
    }

    fn pay(&mut self, shard: ShardId, from: TenantId, to: TenantId, amount: u64) -> Verdict {
        self.debit(shard, from, amount)?;
        self.credit(shard, to, amount);
        Ok(())
    }

    fn credit(&mut self, shard: ShardId, tenant: TenantId, amount: u64) {
        *self.balances.entry((shard, tenant)).or_default() += amount;
    }

    fn debit(&mut self, shard: ShardId, tenant: TenantId, amount: u64) -> Verdict {
        let balance = self.balances.entry((shard, tenant)).or_default();
        let rest = balance.checked_sub(amount).ok_or_else(|| format!("supply: a tenant pays {amount} of {balance}"))?;
        *balance = rest;
        Ok(())
    }

    fn is_whole(&self) -> Verdict {
        let held: u64 = self.balances.values().sum();
        let on_way = |way: &Way| way.sent.range(way.arrived + 1..).map(|(_, parcel)| parcel.amount).sum::<u64>();
        let travelling: u64 = self.ways.values().map(on_way).sum();
        let escrowed: u64 = self.bundles.values().map(Bundle::escrow).sum();
        let found = held + travelling + escrowed + self.bonded;
        if found == SUPPLY.0 {
            return Ok(());
        }
        Err(format!("supply: {held} held, {travelling} on the way, {escrowed} in escrow, {} bonded", self.bonded))
    }
}

impl Bundle {
    fn is_finished(&self) -> bool {
        self.decision.is_some() && !self.states.contains(&LegState::Escrowed)
    }

    fn escrow(&self) -> u64 {
        let is_held = |(_, state): &(&Leg, &LegState)| **state == LegState::Escrowed;
        self.legs.iter().zip(&self.states).filter(is_held).map(|(leg, _)| leg.amount.0).sum()
    }
}
