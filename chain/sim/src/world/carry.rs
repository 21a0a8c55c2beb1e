//! Carriers take what one shard decided to the others, and traders and their bank act. Invariant: they read the state of
//! honest processes that announced it, and everything that they say carries a proof or a signature.

use super::{World, queue::Event};
use crate::{
    cast::{NOBODY, TRADERS, trader_key},
    errand::{FLOAT, GRANT, Sender},
    profile::Play,
};
use borsh::BorshDeserialize;
use chain_atomic::course::{Course, LegView, Step, course};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Height, Operation, SecretKey, ShardId, TenantId,
    atomic::{
        BEACON_SHARD, Bundle, BundleId, BundleRecord, CertifiedHeader, Leg, Lock, Message, Operation as Crossing,
        OutboxHead, Proof,
    },
    codec,
    native::{Amount, Operation as Paying, TREASURY},
    state::{StateKey, StateProof},
};
use std::collections::BTreeMap;

/// Between two rounds of a carrier, in microseconds.
const CARRY_US: u64 = 130_000;
/// Messages in one delivery.
const MESSAGES_MAX: u64 = 4;
/// Bundles that traders open, and messages that they send, in one world.
const DEALS_MAX: u64 = 6;

/// Keys of a state with their proofs under one header.
struct Shown {
    block: CertifiedHeader,
    proofs: Vec<StateProof>,
}

impl Shown {
    fn value<T: BorshDeserialize>(&self, at: usize) -> Option<T> {
        self.proofs.get(at)?.value().and_then(|value| codec::decode_own("a value", value).ok())
    }

    fn proof(&self, at: usize) -> Option<Box<Proof>> {
        Some(Box::new(Proof { block: self.block.clone(), state: self.proofs.get(at)?.clone() }))
    }
}

impl World {
    /// A carrier goes round.
    pub(super) fn carry(&mut self, carrier: usize) {
        self.push(CARRY_US, Event::Carry(carrier));
        if self.is_traded() {
            return;
        }
        if self.errand_dice.chance(60) {
            self.carriers[carrier].pending.forget();
        }
        let shards: Vec<_> = (0..self.cast.genesis.shards).map(ShardId).collect();
        if carrier == 0 {
            self.bank(&shards);
            self.trade(&shards);
        }
        for from in &shards {
            for to in shards.iter().filter(|to| *to != from) {
                self.way(carrier, *from, *to);
            }
        }
        let open: Vec<_> =
            self.oracle.trade.unfinished().map(|(id, bundle)| (id, bundle.deadline, bundle.legs.clone())).collect();
        for (id, deadline, legs) in &open {
            self.bundle(carrier, *id, Height(*deadline), legs);
        }
        if !open.is_empty() && self.errand_dice.chance(400) {
            let at = self.errand_dice.index(shards.len());
            self.clock(carrier, shards[at]);
        }
        if self.errand_dice.chance(150)
            && let Some((shard, step)) = self.carriers[carrier].recall(&mut self.errand_dice)
        {
            self.take(carrier, shard, vec![step]);
        }
    }

    /// Whether nothing is left to carry.
    pub(super) fn is_traded(&self) -> bool {
        !self.profile.has(Play::Trade) || (self.now_us >= self.profile.faults_us && self.oracle.trade.is_at_rest())
    }

    /// The treasury sends to other shards what the traders are granted there.
    fn bank(&mut self, shards: &[ShardId]) {
        for shard in shards {
            let Some(process) = self.reader(*shard) else { continue };
            let keys = [StateKey::Balance(TREASURY), StateKey::Balance(TRADERS[0]), StateKey::Tenant(TRADERS[1])];
            let Some(values) = self.read_many(process, &keys) else { continue };
            let [treasury, granted, registered] = [&values[0], &values[1], &values[2]].map(Option::is_some);
            if *shard != BEACON_SHARD && !treasury && !self.has_sent.contains(shard) {
                self.has_sent.insert(*shard);
                let send = Crossing::Send { to: TREASURY, destination: *shard, amount: Amount(FLOAT) };
                self.act_for(BEACON_SHARD, OPERATOR_TENANT, vec![Operation::Atomic(send)]);
            } else if registered && !granted && (treasury || *shard == BEACON_SHARD) && self.errand_dice.chance(300) {
                let grant = |to| Operation::Native(Paying::Grant { to, amount: Amount(GRANT) });
                self.act_for(*shard, OPERATOR_TENANT, TRADERS.into_iter().map(grant).collect());
            } else if *shard != BEACON_SHARD && !treasury && self.errand_dice.chance(30) {
                // What was sent was perhaps lost on its way into a block.
                self.has_sent.remove(shard);
            }
        }
    }

    /// Traders open bundles and send messages, while things go wrong.
    fn trade(&mut self, shards: &[ShardId]) {
        let first = self.errand_dice.index(2);
        let (one, other) = (TRADERS[first], TRADERS[1 - first]);
        let amount = Amount(1 + self.errand_dice.below(200));
        if self.now_us >= self.profile.faults_us || self.deals_begun >= DEALS_MAX || !self.errand_dice.chance(250) {
            return;
        }
        let from = self.errand_dice.index(shards.len());
        if self.errand_dice.chance(500) {
            self.deals_begun += 1;
            let to = if self.errand_dice.chance(250) { NOBODY } else { other };
            let send = |_| Operation::Atomic(Crossing::Send { to, destination: shards[1 - from.min(1)], amount });
            let sends = (0..self.errand_dice.between(1, 3)).map(send).collect();
            return self.act_for(shards[from], one, sends);
        }
        let Some(process) = self.reader(BEACON_SHARD) else { return };
        let Some(now) = self.tip(process).map(|tip| tip.header.height) else { return };
        self.deals_begun += 1;
        let deadline = Height(now.0 + self.errand_dice.between(2, 25));
        let back = Amount(1 + self.errand_dice.below(200));
        let legs = vec![
            Leg { shard: shards[0], from: one, to: other, amount },
            Leg { shard: shards[1], from: other, to: one, amount: back },
        ];
        let bundle = Bundle { legs, deadline, attempt: 0, salt: self.errands.to_le_bytes() };
        self.act_for(shards[0], one, vec![Operation::Atomic(Crossing::OpenBundle { bundle })]);
    }

    fn way(&mut self, carrier: usize, from: ShardId, to: ShardId) {
        let (Some(source), Some(there)) = (self.reader(from), self.reader(to)) else { return };
        let Some(outbox) = self.shown(source, &[StateKey::OutboxHead(to)]) else { return };
        let head: OutboxHead = outbox.value(0).unwrap_or_default();
        if head.sent == head.acknowledged {
            return;
        }
        let inbox = self.shown(there, &[StateKey::InboxCursor(from)]);
        let cursor: u64 = inbox.as_ref().and_then(|inbox| inbox.value(0)).unwrap_or_default();
        if cursor < head.sent {
            let last = head.sent.min(cursor + MESSAGES_MAX);
            let keys: Vec<_> = (cursor + 1..=last).map(|number| StateKey::Outbox(to, number)).collect();
            let Some(shown) = self.shown(source, &keys) else { return };
            let deliver = |at| {
                let message: Message = shown.value(at)?;
                Some(Crossing::Deliver { message, proof: shown.proof(at)? })
            };
            let mut steps: Vec<_> = (0..keys.len()).filter_map(deliver).collect();
            if self.errand_dice.chance(200) {
                steps.reverse();
            }
            self.take(carrier, to, steps);
        }
        if cursor > head.acknowledged
            && let Some(proof) = inbox.and_then(|inbox| inbox.proof(0))
        {
            self.take(carrier, from, vec![Crossing::AcknowledgeOutbox { destination: to, proof }]);
        }
    }

    /// The next steps of a bundle: of its debtors, and of who carries its proofs.
    fn bundle(&mut self, carrier: usize, id: BundleId, deadline: Height, legs: &[Leg]) -> Option<()> {
        let coordinator = legs.first()?.shard;
        let home = self.reader(coordinator)?;
        let decided = self.shown(home, &[StateKey::Bundle(id)])?;
        let record: BundleRecord = decided.value(0)?;
        let mut views = Vec::new();
        let mut shown = Vec::new();
        for (index, leg) in (0_u8..).zip(legs) {
            let process = self.reader(leg.shard)?;
            let keys = [StateKey::Lock(id, index), StateKey::BeaconHeight];
            let one = self.shown(process, &keys)?;
            let lock = one.value::<Lock>(0).map(|lock| lock.phase);
            views.push(LegView { lock, clock: one.value(1).unwrap_or_default() });
            shown.push(one);
            if carrier == 0 && lock.is_none() {
                self.debtor(&record, index, *leg, &decided);
            }
        }
        if self.errand_dice.chance(150) {
            self.report_early(carrier, coordinator, id, &shown);
        }
        let Course::Go(steps) = course(record.phase, deadline, &views) else { return None };
        let mut by_shard: BTreeMap<ShardId, Vec<Crossing>> = BTreeMap::new();
        for step in steps {
            let (Step::Report(leg) | Step::Expire(leg) | Step::Settle(leg)) = step;
            let of_leg = shown.get(usize::from(leg))?;
            let (at, step) = match step {
                Step::Report(_) => (coordinator, Crossing::ReportLeg { bundle: id, leg, proof: of_leg.proof(0)? }),
                Step::Expire(_) => {
                    let (absence, clock) = (of_leg.proof(0)?, of_leg.proofs.get(1)?.clone());
                    (coordinator, Crossing::ExpireLeg { bundle: id, leg, absence, clock })
                }
                Step::Settle(_) => {
                    let shard = legs.get(usize::from(leg))?.shard;
                    (shard, Crossing::SettleLeg { bundle: id, leg, proof: decided.proof(0)? })
                }
            };
            by_shard.entry(at).or_default().push(step);
        }
        for (shard, steps) in by_shard {
            self.take(carrier, shard, steps);
        }
        None
    }

    /// A lock is shown before all are there, or when it does not matter any more.
    fn report_early(&mut self, carrier: usize, coordinator: ShardId, id: BundleId, shown: &[Shown]) {
        let report = |(leg, one): (u8, &Shown)| {
            let proof = one.proof(0).filter(|proof| proof.state.value().is_some())?;
            Some(Crossing::ReportLeg { bundle: id, leg, proof })
        };
        let reports = (0_u8..).zip(shown).filter_map(report).collect();
        self.take(carrier, coordinator, reports);
    }

    /// A debtor locks, refuses, or does not care.
    fn debtor(&mut self, record: &BundleRecord, leg: u8, of: Leg, decided: &Shown) {
        let Some(proof) = decided.proof(0).filter(|_| self.errand_dice.chance(250)) else { return };
        let id = record.opening.id();
        let mood = *self.moods.entry((id, leg)).or_insert_with(|| self.errand_dice.below(10));
        let opening = record.opening.clone();
        let step = match mood {
            0 => return,
            1 => Crossing::RefuseLeg { opening, leg, proof },
            _ => Crossing::LockLeg { opening, leg, proof },
        };
        self.act_for(of.shard, of.from, vec![Operation::Atomic(step)]);
    }

    fn clock(&mut self, carrier: usize, shard: ShardId) {
        let tip = self.reader(BEACON_SHARD).and_then(|process| self.tip(process));
        if let Some(block) = tip {
            self.take(carrier, shard, vec![Crossing::ObserveBeacon { block: Box::new(block) }]);
        }
    }

    /// A carrier takes steps on a shard, unless it still waits for its last ones there.
    fn take(&mut self, carrier: usize, shard: ShardId, steps: Vec<Crossing>) {
        let one = &self.carriers[carrier];
        if steps.is_empty() || !one.pending.is_free(shard, self.now_us, |id| self.finals.contains(id)) {
            return;
        }
        self.carriers[carrier].note(shard, &steps, &mut self.errand_dice);
        let key = self.cast.operator.clone();
        let steps = steps.into_iter().map(Operation::Atomic).collect();
        if let Some(id) = self.say(shard, &key, OPERATOR_TENANT, steps) {
            self.carriers[carrier].pending.sent(shard, id, self.now_us);
        }
    }

    fn act_for(&mut self, shard: ShardId, tenant: TenantId, operations: Vec<Operation>) {
        let key = if tenant == OPERATOR_TENANT { self.cast.operator.clone() } else { trader_key(tenant) };
        self.say(shard, &key, tenant, operations);
    }

    fn say(
        &mut self,
        shard: ShardId,
        key: &SecretKey,
        tenant: TenantId,
        operations: Vec<Operation>,
    ) -> Option<chain_types::TxId> {
        let process = self.reader(shard)?;
        let sender = Sender { chain_id: self.cast.genesis.chain_id(), key, tenant, now_us: self.now_us };
        self.errands += 1;
        let transaction = sender.write(self.errands, operations);
        let id = transaction.header.id();
        self.submit(process, transaction, chain_replica::Source::Client);
        Some(id)
    }

    /// Some honest process of a shard that runs and announced what it has.
    fn reader(&mut self, shard: ShardId) -> Option<usize> {
        let serves = |at: &usize| {
            let one = &self.processes[*at];
            let is_of = one.shard == shard && self.is_honest(*at) && !self.is_paused(*at);
            let tip = one.replica.as_ref().map(|replica| replica.tip().map_or(Height(0), |(header, _)| header.height));
            is_of && tip == Some(self.oracle.agreement.height_of(*at))
        };
        let serving: Vec<_> = (0..self.processes.len()).filter(serves).collect();
        self.errand_dice.pick(&serving).copied()
    }

    fn tip(&self, process: usize) -> Option<CertifiedHeader> {
        let (header, certificate) = self.processes[process].replica.as_ref()?.tip()?.clone();
        Some(CertifiedHeader { header, certificate })
    }

    fn shown(&mut self, process: usize, keys: &[StateKey]) -> Option<Shown> {
        let block = self.tip(process)?;
        let proofs = self.processes[process].replica.as_mut()?.prove(keys).ok()??;
        Some(Shown { block, proofs })
    }
}
