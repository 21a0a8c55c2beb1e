//! Carriers take what one shard decided to the others, and traders and their bank act. Invariant: they read the state
//! of honest processes that announced it, and everything that they say carries a proof or a signature.

use super::{World, queue::Event};
use crate::{
    cast::{NOBODY, START_MS, TRADERS, trader_key},
    errand::{FLOAT, GRANT, Sender},
    profile::Play,
};
use borsh::BorshDeserialize;
use chain_atomic::course::{Course, LegView, Step, course};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Command, Height, SecretKey, ShardId, TenantId, TimestampMs,
    account::TenantKey,
    atomic::{
        self, BEACON_SHARD, Bundle, BundleId, BundleKey, BundleRecord, CertifiedHeader, Command as Crossing,
        InboxCursorKey, Leg, Lock, LockKey, Message, OutboxHead, OutboxHeadKey, OutboxKey, Proof,
    },
    codec,
    native::{Amount, BalanceKey, Command as Paying, Grant, TREASURY},
    state::{StateKey, StateProof, TypedKey},
};
use std::collections::BTreeMap;

/// Between two rounds of a carrier, in microseconds.
const CARRY_US: u64 = 130_000;
/// Messages in one delivery.
const MESSAGES_MAX: u64 = 4;
/// Bundles that traders open, and messages that they send, in one world.
const DEALS_MAX: u64 = 6;
/// How far away the deadlines of bundles are, in milliseconds: some too near for all locks, some not.
const DEADLINE_AHEAD_MS: (u64, u64) = (300, 6_000);

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
            self.bundle(carrier, *id, *deadline, legs);
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
            let keys = [
                BalanceKey(TREASURY).state_key(),
                BalanceKey(TRADERS[0]).state_key(),
                TenantKey(TRADERS[1]).state_key(),
            ];
            let Some(values) = self.read_many(process, &keys) else { continue };
            let [treasury, granted, registered] = [&values[0], &values[1], &values[2]].map(Option::is_some);
            if *shard != BEACON_SHARD && !treasury && !self.has_sent.contains(shard) {
                self.has_sent.insert(*shard);
                let send = Crossing::Send(atomic::Send { to: TREASURY, destination: *shard, amount: Amount(FLOAT) });
                self.act_for(BEACON_SHARD, OPERATOR_TENANT, vec![Command::Atomic(send)]);
            } else if registered && !granted && (treasury || *shard == BEACON_SHARD) && self.errand_dice.chance(300) {
                let grant = |to| Command::Native(Paying::Grant(Grant { to, amount: Amount(GRANT) }));
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
            let send =
                |_| Command::Atomic(Crossing::Send(atomic::Send { to, destination: shards[1 - from.min(1)], amount }));
            let sends = (0..self.errand_dice.between(1, 3)).map(send).collect();
            return self.act_for(shards[from], one, sends);
        }
        self.deals_begun += 1;
        let (least, most) = DEADLINE_AHEAD_MS;
        let deadline = TimestampMs(self.time().0 + self.errand_dice.between(least, most));
        let back = Amount(1 + self.errand_dice.below(200));
        let legs = vec![
            Leg { shard: shards[0], from: one, to: other, amount },
            Leg { shard: shards[1], from: other, to: one, amount: back },
        ];
        let bundle = Bundle { legs, deadline, attempt: 0, salt: self.errands.to_le_bytes() };
        self.act_for(shards[0], one, vec![Command::Atomic(Crossing::OpenBundle { bundle })]);
    }

    fn way(&mut self, carrier: usize, from: ShardId, to: ShardId) {
        let (Some(source), Some(there)) = (self.reader(from), self.reader(to)) else { return };
        let Some(outbox) = self.shown(source, &[OutboxHeadKey(to).state_key()]) else { return };
        let head: OutboxHead = outbox.value(0).unwrap_or_default();
        if head.sent == head.acknowledged {
            return;
        }
        let inbox = self.shown(there, &[InboxCursorKey(from).state_key()]);
        let cursor: u64 = inbox.as_ref().and_then(|inbox| inbox.value(0)).unwrap_or_default();
        if cursor < head.sent {
            let last = head.sent.min(cursor + MESSAGES_MAX);
            let keys: Vec<_> = (cursor + 1..=last).map(|number| OutboxKey(to, number).state_key()).collect();
            let Some(shown) = self.shown(source, &keys) else { return };
            let deliver = |at| {
                let message: Message = shown.value(at)?;
                Some(Crossing::Deliver(atomic::Deliver { message, proof: shown.proof(at)? }))
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
            self.take(
                carrier,
                from,
                vec![Crossing::AcknowledgeOutbox(atomic::AcknowledgeOutbox { destination: to, proof })],
            );
        }
    }

    /// The next steps of a bundle: of its debtors, and of who carries its proofs.
    fn bundle(&mut self, carrier: usize, id: BundleId, deadline: TimestampMs, legs: &[Leg]) -> Option<()> {
        let coordinator = legs.first()?.shard;
        let home = self.reader(coordinator)?;
        let decided = self.shown(home, &[BundleKey(id).state_key()])?;
        let record: BundleRecord = decided.value(0)?;
        let mut views = Vec::new();
        let mut shown = Vec::new();
        for (index, leg) in (0_u8..).zip(legs) {
            let process = self.reader(leg.shard)?;
            let one = self.shown(process, &[LockKey(id, index).state_key()])?;
            let lock = one.value::<Lock>(0).map(|lock| lock.phase);
            views.push(LegView { lock, time: one.block.header.timestamp_ms });
            shown.push(one);
            if carrier == 0 && lock.is_none() {
                self.debtor(&record, index, *leg, &decided);
            }
        }
        if self.errand_dice.chance(150) {
            self.report_early(carrier, coordinator, id, &shown);
        }
        if self.errand_dice.chance(100) {
            let leg = u8::try_from(self.errand_dice.index(legs.len())).ok()?;
            self.meddle(carrier, &record, leg, &decided);
        }
        let Course::Go(steps) = course(record.phase, deadline, self.time(), &views) else { return None };
        let mut by_shard: BTreeMap<ShardId, Vec<Crossing>> = BTreeMap::new();
        for step in steps {
            let (Step::Refuse(leg) | Step::Report(leg) | Step::Settle(leg)) = step;
            let of_leg = shown.get(usize::from(leg))?;
            let (at, step) = match step {
                Step::Report(_) => {
                    (coordinator, Crossing::ReportLeg(atomic::ReportLeg { bundle: id, leg, proof: of_leg.proof(0)? }))
                }
                Step::Refuse(_) => {
                    let (opening, proof) = (record.opening.clone(), decided.proof(0)?);
                    (legs.get(usize::from(leg))?.shard, Crossing::RefuseLeg(atomic::LegAnswer { opening, leg, proof }))
                }
                Step::Settle(_) => {
                    let shard = legs.get(usize::from(leg))?.shard;
                    (shard, Crossing::SettleLeg(atomic::SettleLeg { bundle: id, leg, proof: decided.proof(0)? }))
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
            Some(Crossing::ReportLeg(atomic::ReportLeg { bundle: id, leg, proof }))
        };
        let reports = (0_u8..).zip(shown).filter_map(report).collect();
        self.take(carrier, coordinator, reports);
    }

    /// A leg is refused or forgotten by who may not, or not yet.
    fn meddle(&mut self, carrier: usize, record: &BundleRecord, leg: u8, decided: &Shown) {
        let (Some(of), Some(proof)) = (record.opening.leg(leg), decided.proof(0)) else { return };
        let step = if self.errand_dice.chance(500) {
            Crossing::RefuseLeg(atomic::LegAnswer { opening: record.opening.clone(), leg, proof })
        } else {
            Crossing::ForgetLeg(atomic::ForgetLeg { bundle: record.opening.id(), leg })
        };
        self.take(carrier, of.shard, vec![step]);
    }

    /// The true time, which a machine's clock may differ from.
    const fn time(&self) -> TimestampMs {
        TimestampMs(START_MS + self.now_us / 1_000)
    }

    /// A debtor locks, refuses, or does not care.
    fn debtor(&mut self, record: &BundleRecord, leg: u8, of: Leg, decided: &Shown) {
        let Some(proof) = decided.proof(0).filter(|_| self.errand_dice.chance(250)) else { return };
        let id = record.opening.id();
        let mood = *self.moods.entry((id, leg)).or_insert_with(|| self.errand_dice.below(10));
        let opening = record.opening.clone();
        let step = match mood {
            0 => return,
            1 => Crossing::RefuseLeg(atomic::LegAnswer { opening, leg, proof }),
            _ => Crossing::LockLeg(atomic::LegAnswer { opening, leg, proof }),
        };
        self.act_for(of.shard, of.from, vec![Command::Atomic(step)]);
    }

    /// A carrier takes steps on a shard, unless it still waits for its last ones there.
    fn take(&mut self, carrier: usize, shard: ShardId, steps: Vec<Crossing>) {
        let one = &self.carriers[carrier];
        if steps.is_empty() || !one.pending.is_free(shard, self.now_us, |id| self.finals.contains(id)) {
            return;
        }
        self.carriers[carrier].note(shard, &steps, &mut self.errand_dice);
        let key = self.cast.operator.clone();
        let steps = steps.into_iter().map(Command::Atomic).collect();
        if let Some(id) = self.say(shard, &key, OPERATOR_TENANT, steps) {
            self.carriers[carrier].pending.sent(shard, id, self.now_us);
        }
    }

    fn act_for(&mut self, shard: ShardId, tenant: TenantId, commands: Vec<Command>) {
        let key = if tenant == OPERATOR_TENANT { self.cast.operator.clone() } else { trader_key(tenant) };
        self.say(shard, &key, tenant, commands);
    }

    fn say(
        &mut self,
        shard: ShardId,
        key: &SecretKey,
        tenant: TenantId,
        commands: Vec<Command>,
    ) -> Option<chain_types::TxId> {
        let process = self.reader(shard)?;
        let sender = Sender { chain_id: self.cast.genesis.chain_id(), key, tenant, now_us: self.now_us };
        self.errands += 1;
        let transaction = sender.write(self.errands, commands);
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
