//! An oracle: messages and bundles (atomic transactions) across shards, rebuilt from final blocks.
//!
//! A leg is a bundle's part on one shard. Blocks are applied in the order of their announcement. Each prefix of that
//! order is a consistent cut.
//!
//! Invariants checked:
//! - The supply is complete at every cut.
//! - Each message takes effect once and in order, and stays in its outbox until then.
//! - A bundle is decided once and settled everywhere as decided; it aborts only when a leg was refused.
//! - No leg is locked after its deadline, only its debtor refuses it before the deadline, and its record stays for the
//!   grace period.

use chain_types::{
    BlockHeader, Command, Event, FinalBlock, Genesis, Receipt, ShardId, TenantId, TimestampMs, Transaction,
    atomic::{self, BundleId, Decision, Leg},
    beacon, limit,
    native::{self, SUPPLY, TREASURY, TREASURY_SHARD},
};
use std::collections::BTreeMap;

/// A transfer in flight between shards.
#[derive(Clone, Copy)]
struct Transfer {
    from: TenantId,
    to: TenantId,
    amount: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LegState {
    Open,
    Escrowed,
    Refused,
    Settled,
}

/// A bundle as recorded in the blocks.
pub struct Bundle {
    pub legs: Vec<Leg>,
    /// The block time from which no leg may be locked.
    pub deadline: TimestampMs,
    states: Vec<LegState>,
    decision: Option<Decision>,
}

/// The messages from one shard to another.
#[derive(Default)]
struct Channel {
    sent: BTreeMap<u64, Transfer>,
    arrived: u64,
    acknowledged: u64,
}

/// The state of all messages and bundles.
pub struct Trade {
    balances: BTreeMap<(ShardId, TenantId), u64>,
    channels: BTreeMap<(ShardId, ShardId), Channel>,
    bundles: BTreeMap<BundleId, Bundle>,
    bonded: u64,
}

type Verdict = Result<(), String>;

impl Trade {
    /// Starts with everything that is not bonded in the treasury.
    pub fn new(genesis: &Genesis) -> Self {
        let bonded = genesis.beacon.iter().flat_map(|beacon| &beacon.validators).map(|one| one.bond).sum();
        Self {
            balances: BTreeMap::from([((TREASURY_SHARD, TREASURY), SUPPLY.0 - bonded)]),
            channels: BTreeMap::new(),
            bundles: BTreeMap::new(),
            bonded,
        }
    }

    /// The undecided or unsettled bundles with their ids.
    pub fn unfinished(&self) -> impl Iterator<Item = (BundleId, &Bundle)> {
        self.bundles.iter().filter(|(_, bundle)| !bundle.is_finished()).map(|(id, bundle)| (*id, bundle))
    }

    /// Whether no message and no bundle is under way.
    pub fn is_at_rest(&self) -> bool {
        let is_empty =
            |channel: &Channel| channel.acknowledged == channel.arrived && channel.sent.len() as u64 == channel.arrived;
        self.unfinished().next().is_none() && self.channels.values().all(is_empty)
    }

    /// The number of messages that arrived, of committed bundles and of aborted bundles.
    pub fn counts(&self) -> [u64; 3] {
        let decided = |what| self.bundles.values().filter(|bundle| bundle.decision == Some(what)).count() as u64;
        let arrived = self.channels.values().map(|channel| channel.arrived).sum();
        [arrived, decided(Decision::Commit), decided(Decision::Abort)]
    }

    /// The balance of each tenant on each shard.
    pub fn balances(&self) -> impl Iterator<Item = (ShardId, TenantId, u64)> {
        self.balances.iter().map(|((shard, tenant), amount)| (*shard, *tenant, *amount))
    }

    /// Applies a final block.
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
                self.post(shard, *destination, *sequence, Transfer { from: tenant, to: *to, amount: amount.0 })
            }
            (Crossed::Credited { source, sequence }, _) => {
                let transfer = self.take(*source, shard, *sequence)?;
                self.credit(shard, transfer.to, transfer.amount);
                Ok(())
            }
            (Crossed::Bounced { source, sequence, returned_as }, _) => {
                let Transfer { from, to, amount } = self.take(*source, shard, *sequence)?;
                self.post(shard, *source, *returned_as, Transfer { from: to, to: from, amount })
            }
            (Crossed::OutboxAcknowledged { destination, sequence }, _) => {
                let channel = self.channels.entry((shard, *destination)).or_default();
                if *sequence > channel.arrived {
                    return Err(format!("messages: {sequence} is acknowledged when {} arrived", channel.arrived));
                }
                channel.acknowledged = *sequence;
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
                    return Err(format!("bundles: leg {leg} of {bundle} is not settled as decided"));
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
            return Err(format!("bundles: {id} is committed while a leg is not in escrow"));
        }
        if decision == Decision::Abort && !bundle.states.contains(&LegState::Refused) {
            return Err(format!("bundles: {id} is aborted without a refusal"));
        }
        bundle.decision = Some(decision);
        Ok(())
    }

    /// Whether a time is at least `by_ms` milliseconds past a bundle's deadline.
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
            return Err(format!("bundles: leg {leg} of {id} changes in the wrong state or on the wrong shard"));
        }
        *state = to;
        Ok(*found)
    }

    fn post(&mut self, from: ShardId, to: ShardId, sequence: u64, transfer: Transfer) -> Verdict {
        let channel = self.channels.entry((from, to)).or_default();
        if sequence != channel.sent.len() as u64 + 1 {
            return Err(format!("messages: number {sequence} from {from} to {to} is out of order"));
        }
        channel.sent.insert(sequence, transfer);
        Ok(())
    }

    fn take(&mut self, from: ShardId, to: ShardId, sequence: u64) -> Result<Transfer, String> {
        let channel = self.channels.entry((from, to)).or_default();
        if sequence != channel.arrived + 1 {
            return Err(format!("messages: {sequence} from {from} to {to} arrives after {}", channel.arrived));
        }
        channel.arrived = sequence;
        channel.sent.get(&sequence).copied().ok_or_else(|| format!("messages: {sequence} from {from} was never sent"))
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
        let on_way = |channel: &Channel| {
            channel.sent.range(channel.arrived + 1..).map(|(_, transfer)| transfer.amount).sum::<u64>()
        };
        let travelling: u64 = self.channels.values().map(on_way).sum();
        let escrowed: u64 = self.bundles.values().map(Bundle::escrow).sum();
        let found = held + travelling + escrowed + self.bonded;
        if found == SUPPLY.0 {
            return Ok(());
        }
        Err(format!("supply: {held} held, {travelling} in flight, {escrowed} in escrow, {} bonded", self.bonded))
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
