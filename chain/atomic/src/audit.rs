//! Audits conservation [P22, constant supply]: computes where every native unit is, from final blocks alone. Invariant:
//! the audit never reads the state. A ledger with a wrong balance therefore cannot make the sum correct.
//!
//! Receipts say which commands took effect. What each effect moves is computed here a second time, from the signed
//! commands.

mod escrow;
mod holding;
mod transit;

use chain_types::{
    Command, FinalBlock, Genesis, Height, Receipt, ShardId, TenantId,
    atomic::{self, Command as Crossing, Decision, Event as Crossed},
    beacon::{Command as Staking, Event as Staked},
    native::{self, Amount, TREASURY},
};
use escrow::Escrow;
use holding::Holding;
use std::collections::BTreeMap;
use transit::Transit;

/// The sums over all blocks of a cut, in native units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// The balances of tenants.
    pub balances: u128,
    /// The amounts of prepared legs.
    pub escrow: u128,
    /// The amounts of messages sent and not yet accepted.
    pub in_transit: u128,
    /// The units in the beacon: bonds, debts to tenants, and the fund.
    pub bonded: u128,
    /// The units destroyed by convictions.
    pub burned: u128,
}

impl Totals {
    /// The sum of all fields; [`native::SUPPLY`] at every consistent cut.
    pub fn sum(&self) -> u128 {
        [self.balances, self.escrow, self.in_transit, self.bonded, self.burned].into_iter().sum()
    }
}

/// The reason why the blocks of a chain do not add up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// A block's height is not the next of its shard.
    #[error("the block is not the next of its shard")]
    Height,
    /// The numbers of receipts and commands differ, or a receipt's event does not fit its command.
    #[error("a receipt does not belong to its command")]
    Receipt,
    /// A balance would go below zero or overflow.
    #[error("a balance is below zero or too large")]
    Balance,
    /// A message's sequence number was skipped or used twice.
    #[error("a message's sequence number was skipped or used twice")]
    Sequence,
    /// A message arrived with other content than it was sent with.
    #[error("a message arrived with other content than it was sent with")]
    Message,
    /// A leg was locked twice or after its refusal, refused while in escrow, or settled without escrow.
    #[error("a leg was locked, refused or settled out of turn")]
    Leg,
    /// A bundle was decided twice or without being opened, or its legs were settled in two ways.
    #[error("a bundle was decided twice, settled in two ways, or never opened")]
    Decision,
    /// The cut holds an effect without its cause: a message accepted or a leg settled, whose send or decision is not in
    /// it.
    #[error("the cut is not consistent: it holds an effect without its cause")]
    Cut,
}

/// The sums so far.
#[derive(Clone, Debug)]
pub struct Audit {
    heights: BTreeMap<ShardId, Height>,
    holding: Holding,
    transit: Transit,
    escrow: Escrow,
    bonded: Amount,
    burned: Amount,
}

/// The event of a command that took effect, with its shard and tenant.
struct Effect<'b> {
    shard: ShardId,
    tenant: TenantId,
    event: &'b Crossed,
}

impl Audit {
    /// The sums before the first block.
    ///
    /// # Panics
    /// When [`Genesis::check`] refuses the document.
    pub fn new(genesis: &Genesis) -> Self {
        let bonded = genesis.bonded().expect("bonds of a checked document do not exceed the supply");
        Self {
            heights: BTreeMap::new(),
            holding: Holding::genesis(bonded),
            transit: Transit::default(),
            escrow: Escrow::default(),
            bonded,
            burned: Amount::ZERO,
        }
    }

    /// Adds a shard's next block; blocks of different shards may come in any order.
    ///
    /// # Errors
    /// [`Fault`]; do not use the audit after one.
    pub fn apply(&mut self, block: &FinalBlock) -> Result<(), Fault> {
        let (shard, height) = (block.header.shard, block.header.height);
        let tip = self.heights.entry(shard).or_default();
        if height != tip.next() {
            return Err(Fault::Height);
        }
        *tip = height;
        let mut receipts = block.block.receipts.iter();
        for transaction in &block.block.transactions {
            for entry in &transaction.entries {
                let receipt = receipts.next().ok_or(Fault::Receipt)?;
                self.add(shard, transaction.header.tenant, &entry.core.command, receipt)?;
            }
        }
        if receipts.next().is_some() { Err(Fault::Receipt) } else { Ok(()) }
    }

    fn add(&mut self, shard: ShardId, tenant: TenantId, command: &Command, receipt: &Receipt) -> Result<(), Fault> {
        let Receipt::Applied(event) = receipt else { return Ok(()) };
        match (command, event) {
            (Command::Native(command), chain_types::Event::Native(_)) => {
                let (from, to, amount) = match command {
                    native::Command::Transfer(native::Transfer { to, amount }) => (tenant, *to, *amount),
                    native::Command::Grant(native::Grant { to, amount }) => (TREASURY, *to, *amount),
                };
                self.holding.take(shard, from, amount)?;
                self.holding.give(shard, to, amount)
            }
            (Command::Atomic(command), chain_types::Event::Atomic(event)) => {
                self.cross(command, &Effect { shard, tenant, event })
            }
            (Command::Beacon(command), chain_types::Event::Beacon(event)) => self.bond(shard, tenant, command, event),
            (Command::Native(_) | Command::Atomic(_) | Command::Beacon(_), _) => Err(Fault::Receipt),
            // Accounts and domains hold no native tokens.
            _ => Ok(()),
        }
    }

    fn bond(&mut self, shard: ShardId, tenant: TenantId, command: &Staking, event: &Staked) -> Result<(), Fault> {
        match (command, event) {
            (Staking::Register(registration), Staked::Registered { .. }) => {
                let bond = Amount(registration.bond);
                self.holding.take(shard, tenant, bond)?;
                self.bonded = self.bonded.checked_add(bond).ok_or(Fault::Balance)?;
                Ok(())
            }
            (Staking::Withdraw { amount }, Staked::Withdrawn { tenant, .. }) => {
                self.bonded = self.bonded.checked_sub(Amount(*amount)).ok_or(Fault::Balance)?;
                self.holding.give(shard, *tenant, Amount(*amount))
            }
            (Staking::ReportEvidence(_), Staked::Convicted { burned, .. }) => {
                self.bonded = self.bonded.checked_sub(Amount(*burned)).ok_or(Fault::Balance)?;
                self.burned = self.burned.checked_add(Amount(*burned)).ok_or(Fault::Balance)?;
                Ok(())
            }
            (Staking::Register(_) | Staking::Withdraw { .. } | Staking::ReportEvidence(_), _) => Err(Fault::Receipt),
            _ => Ok(()),
        }
    }

    fn cross(&mut self, command: &Crossing, effect: &Effect<'_>) -> Result<(), Fault> {
        let shard = effect.shard;
        match (command, effect.event) {
            (
                Crossing::Send(atomic::Send { to, destination, amount }),
                Crossed::Sent { destination: way, sequence },
            ) if destination == way => {
                self.holding.take(shard, effect.tenant, *amount)?;
                let payload = atomic::Payload::Credit { from: effect.tenant, to: *to, amount: *amount };
                self.transit.leave((shard, *destination), *sequence, payload)
            }
            (Crossing::Deliver(atomic::Deliver { message, .. }), Crossed::Credited { source, sequence }) => {
                self.transit.arrive((*source, shard), *sequence, message)?;
                let (atomic::Payload::Credit { to, .. } | atomic::Payload::Return { to, .. }) = message.payload;
                self.holding.give(shard, to, message.payload.amount())
            }
            (
                Crossing::Deliver(atomic::Deliver { message, .. }),
                Crossed::Bounced { source, sequence, returned_as },
            ) => {
                self.transit.arrive((*source, shard), *sequence, message)?;
                let atomic::Payload::Credit { from, amount, .. } = message.payload else { return Err(Fault::Message) };
                let payload = atomic::Payload::Return { returns: *sequence, to: from, amount };
                self.transit.leave((shard, *source), *returned_as, payload)
            }
            (
                Crossing::LockLeg(atomic::LegAnswer { opening, leg, .. }),
                Crossed::LegPrepared { bundle, leg: locked },
            ) if opening.id() == *bundle && leg == locked => {
                let leg = opening.leg(*leg).filter(|leg| leg.shard == shard && leg.from == effect.tenant);
                let leg = leg.ok_or(Fault::Leg)?;
                self.holding.take(shard, leg.from, leg.amount)?;
                self.escrow.lock((*bundle, *locked), *leg)
            }
            (
                Crossing::SettleLeg(atomic::SettleLeg { bundle, leg, .. }),
                Crossed::LegSettled { bundle: settled, leg: at, decision },
            ) if (bundle, leg) == (settled, at) => {
                let paid = self.escrow.settle((*bundle, *leg), *decision)?;
                if paid.shard != shard {
                    return Err(Fault::Leg);
                }
                let receiver = match decision {
                    Decision::Commit => paid.to,
                    Decision::Abort => paid.from,
                };
                self.holding.give(shard, receiver, paid.amount)
            }
            (
                Crossing::ReportLeg(atomic::ReportLeg { bundle, .. }),
                Crossed::BundleDecided { bundle: decided, decision },
            ) if bundle == decided => self.escrow.decide(*bundle, *decision),
            (Crossing::OpenBundle { bundle }, Crossed::BundleOpened { bundle: id }) => {
                self.escrow.open(*id, bundle.legs.len())
            }
            (
                Crossing::LockLeg(atomic::LegAnswer { opening, leg, .. })
                | Crossing::RefuseLeg(atomic::LegAnswer { opening, leg, .. }),
                Crossed::LegRefused { bundle, leg: refused },
            ) if opening.id() == *bundle && leg == refused => self.escrow.refuse((*bundle, *leg)),
            (Crossing::ReportLeg(_), Crossed::LegReported { .. })
            | (Crossing::ForgetLeg(_), Crossed::LegForgotten { .. })
            | (Crossing::AcknowledgeOutbox(_), Crossed::OutboxAcknowledged { .. }) => Ok(()),
            _ => Err(Fault::Receipt),
        }
    }

    /// A tenant's balance on a shard.
    pub fn balance(&self, shard: ShardId, tenant: TenantId) -> Amount {
        self.holding.balance(shard, tenant)
    }

    /// The sums at this cut.
    ///
    /// # Errors
    /// [`Fault::Cut`] when the cut holds an effect without its cause.
    pub fn totals(&self) -> Result<Totals, Fault> {
        Ok(Totals {
            balances: self.holding.sum(),
            escrow: self.escrow.sum()?,
            in_transit: self.transit.sum()?,
            bonded: u128::from(self.bonded.0),
            burned: u128::from(self.burned.0),
        })
    }
}
