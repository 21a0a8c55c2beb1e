//! Runs the relayers, the traders and the treasury, which move value between shards. Invariant: their reads use
//! announced states of honest processes. Their transactions carry proofs or signatures.
//!
//! A bundle is an atomic transaction across shards. A leg is its part on one shard.

use super::{World, queue::Event};
use crate::{
    background::{FLOAT, GRANT, Sender},
    cast::{NOBODY, START_MS, TRADERS, trader_key},
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

/// The interval between two rounds of a relayer, in microseconds.
const RELAY_US: u64 = 130_000;
/// The maximum number of messages in one delivery.
const MESSAGES_MAX: u64 = 4;
/// The number of bundles and groups of messages that traders start in one world.
const DEALS_MAX: u64 = 6;
/// The range of the bundles' deadlines, in milliseconds from now. The near ones are too short for all locks.
const DEADLINE_AHEAD_MS: (u64, u64) = (300, 6_000);

/// State keys with their proofs under one header.
struct ProvenValues {
    block: CertifiedHeader,
    proofs: Vec<StateProof>,
}

impl ProvenValues {
    fn value<T: BorshDeserialize>(&self, at: usize) -> Option<T> {
        self.proofs.get(at)?.value().and_then(|value| codec::decode_own("a value", value).ok())
    }

    fn proof(&self, at: usize) -> Option<Box<Proof>> {
        Some(Box::new(Proof { block: self.block.clone(), state: self.proofs.get(at)?.clone() }))
    }
}

impl World {
    /// Runs one round of a relayer.
    pub(super) fn relay(&mut self, relayer: usize) {
        self.push(RELAY_US, Event::Relay(relayer));
        if self.is_traded() {
            return;
        }
        if self.background_dice.chance(60) {
            self.relayers[relayer].pending.forget();
        }
        let shards: Vec<_> = (0..self.cast.genesis.shards).map(ShardId).collect();
        if relayer == 0 {
            self.bank(&shards);
            self.trade(&shards);
        }
        for from in &shards {
            for to in shards.iter().filter(|to| *to != from) {
                self.channel(relayer, *from, *to);
            }
        }
        let open: Vec<_> =
            self.oracle.trade.unfinished().map(|(id, bundle)| (id, bundle.deadline, bundle.legs.clone())).collect();
        for (id, deadline, legs) in &open {
            self.bundle(relayer, *id, *deadline, legs);
        }
        if self.background_dice.chance(150)
            && let Some((shard, step)) = self.relayers[relayer].recall(&mut self.background_dice)
        {
            self.submit_steps(relayer, shard, vec![step]);
        }
    }

    /// Whether there is nothing left to relay.
    pub(super) fn is_traded(&self) -> bool {
        !self.profile.has(Play::Trade) || (self.now_us >= self.profile.faults_us && self.oracle.trade.is_at_rest())
    }

    /// The treasury sends funds to the other shards and grants them to the traders.
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
            } else if registered && !granted && (treasury || *shard == BEACON_SHARD) && self.background_dice.chance(300)
            {
                let grant = |to| Command::Native(Paying::Grant(Grant { to, amount: Amount(GRANT) }));
                self.act_for(*shard, OPERATOR_TENANT, TRADERS.into_iter().map(grant).collect());
            } else if *shard != BEACON_SHARD && !treasury && self.background_dice.chance(30) {
                // The send may have been lost on its way into a block.
                self.has_sent.remove(shard);
            }
        }
    }

    /// Traders open bundles and send messages during the fault period.
    fn trade(&mut self, shards: &[ShardId]) {
        let first = self.background_dice.index(2);
        let (one, other) = (TRADERS[first], TRADERS[1 - first]);
        let amount = Amount(1 + self.background_dice.below(200));
        if self.now_us >= self.profile.faults_us || self.deals_begun >= DEALS_MAX || !self.background_dice.chance(250) {
            return;
        }
        let from = self.background_dice.index(shards.len());
        if self.background_dice.chance(500) {
            self.deals_begun += 1;
            let to = if self.background_dice.chance(250) { NOBODY } else { other };
            let send =
                |_| Command::Atomic(Crossing::Send(atomic::Send { to, destination: shards[1 - from.min(1)], amount }));
            let sends = (0..self.background_dice.between(1, 3)).map(send).collect();
            return self.act_for(shards[from], one, sends);
        }
        self.deals_begun += 1;
        let (least, most) = DEADLINE_AHEAD_MS;
        let deadline = TimestampMs(self.time().0 + self.background_dice.between(least, most));
        let back = Amount(1 + self.background_dice.below(200));
        let legs = vec![
            Leg { shard: shards[0], from: one, to: other, amount },
            Leg { shard: shards[1], from: other, to: one, amount: back },
        ];
        let bundle = Bundle { legs, deadline, attempt: 0, salt: self.background_count.to_le_bytes() };
        self.act_for(shards[0], one, vec![Command::Atomic(Crossing::OpenBundle { bundle })]);
    }

    /// Delivers the messages from one shard to another, and acknowledges delivered ones.
    fn channel(&mut self, relayer: usize, from: ShardId, to: ShardId) {
        let (Some(source), Some(there)) = (self.reader(from), self.reader(to)) else { return };
        let Some(outbox) = self.proven_values(source, &[OutboxHeadKey(to).state_key()]) else { return };
        let head: OutboxHead = outbox.value(0).unwrap_or_default();
        if head.sent == head.acknowledged {
            return;
        }
        let inbox = self.proven_values(there, &[InboxCursorKey(from).state_key()]);
        let cursor: u64 = inbox.as_ref().and_then(|inbox| inbox.value(0)).unwrap_or_default();
        if cursor < head.sent {
            let last = head.sent.min(cursor + MESSAGES_MAX);
            let keys: Vec<_> = (cursor + 1..=last).map(|number| OutboxKey(to, number).state_key()).collect();
            let Some(shown) = self.proven_values(source, &keys) else { return };
            let deliver = |at| {
                let message: Message = shown.value(at)?;
                Some(Crossing::Deliver(atomic::Deliver { message, proof: shown.proof(at)? }))
            };
            let mut steps: Vec<_> = (0..keys.len()).filter_map(deliver).collect();
            if self.background_dice.chance(200) {
                steps.reverse();
            }
            self.submit_steps(relayer, to, steps);
        }
        if cursor > head.acknowledged
            && let Some(proof) = inbox.and_then(|inbox| inbox.proof(0))
        {
            self.submit_steps(
                relayer,
                from,
                vec![Crossing::AcknowledgeOutbox(atomic::AcknowledgeOutbox { destination: to, proof })],
            );
        }
    }

    /// Sends the next steps of a bundle, by its debtors and by the relayer.
    fn bundle(&mut self, relayer: usize, id: BundleId, deadline: TimestampMs, legs: &[Leg]) -> Option<()> {
        let coordinator = legs.first()?.shard;
        let home = self.reader(coordinator)?;
        let decided = self.proven_values(home, &[BundleKey(id).state_key()])?;
        let record: BundleRecord = decided.value(0)?;
        let mut views = Vec::new();
        let mut shown = Vec::new();
        for (index, leg) in (0_u8..).zip(legs) {
            let process = self.reader(leg.shard)?;
            let one = self.proven_values(process, &[LockKey(id, index).state_key()])?;
            let lock = one.value::<Lock>(0).map(|lock| lock.phase);
            views.push(LegView { lock, time: one.block.header.timestamp_ms });
            shown.push(one);
            if relayer == 0 && lock.is_none() {
                self.debtor(&record, index, *leg, &decided);
            }
        }
        if self.background_dice.chance(150) {
            self.report_early(relayer, coordinator, id, &shown);
        }
        if self.background_dice.chance(100) {
            let leg = u8::try_from(self.background_dice.index(legs.len())).ok()?;
            self.interfere(relayer, &record, leg, &decided);
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
            self.submit_steps(relayer, shard, steps);
        }
        None
    }

    /// Reports a lock before all legs are locked, or when it no longer matters.
    fn report_early(&mut self, relayer: usize, coordinator: ShardId, id: BundleId, shown: &[ProvenValues]) {
        let report = |(leg, one): (u8, &ProvenValues)| {
            let proof = one.proof(0).filter(|proof| proof.state.value().is_some())?;
            Some(Crossing::ReportLeg(atomic::ReportLeg { bundle: id, leg, proof }))
        };
        let reports = (0_u8..).zip(shown).filter_map(report).collect();
        self.submit_steps(relayer, coordinator, reports);
    }

    /// Tries to refuse or forget a leg without permission or too early.
    fn interfere(&mut self, relayer: usize, record: &BundleRecord, leg: u8, decided: &ProvenValues) {
        let (Some(of), Some(proof)) = (record.opening.leg(leg), decided.proof(0)) else { return };
        let step = if self.background_dice.chance(500) {
            Crossing::RefuseLeg(atomic::LegAnswer { opening: record.opening.clone(), leg, proof })
        } else {
            Crossing::ForgetLeg(atomic::ForgetLeg { bundle: record.opening.id(), leg })
        };
        self.submit_steps(relayer, of.shard, vec![step]);
    }

    /// The true time; a machine's clock may differ.
    const fn time(&self) -> TimestampMs {
        TimestampMs(START_MS + self.now_us / 1_000)
    }

    /// A debtor locks, refuses or ignores its leg.
    fn debtor(&mut self, record: &BundleRecord, leg: u8, of: Leg, decided: &ProvenValues) {
        let Some(proof) = decided.proof(0).filter(|_| self.background_dice.chance(250)) else { return };
        let id = record.opening.id();
        let choice = *self.debtor_choices.entry((id, leg)).or_insert_with(|| self.background_dice.below(10));
        let opening = record.opening.clone();
        let step = match choice {
            0 => return,
            1 => Crossing::RefuseLeg(atomic::LegAnswer { opening, leg, proof }),
            _ => Crossing::LockLeg(atomic::LegAnswer { opening, leg, proof }),
        };
        self.act_for(of.shard, of.from, vec![Command::Atomic(step)]);
    }

    /// Submits a relayer's steps on a shard, unless it still waits for its last ones there.
    fn submit_steps(&mut self, relayer: usize, shard: ShardId, steps: Vec<Crossing>) {
        let one = &self.relayers[relayer];
        if steps.is_empty() || !one.pending.is_free(shard, self.now_us, |id| self.finals.contains(id)) {
            return;
        }
        self.relayers[relayer].note(shard, &steps, &mut self.background_dice);
        let key = self.cast.operator.clone();
        let steps = steps.into_iter().map(Command::Atomic).collect();
        if let Some(id) = self.submit_commands(shard, &key, OPERATOR_TENANT, steps) {
            self.relayers[relayer].pending.sent(shard, id, self.now_us);
        }
    }

    /// Submits commands as a tenant, with the operator's key for its own.
    fn act_for(&mut self, shard: ShardId, tenant: TenantId, commands: Vec<Command>) {
        let key = if tenant == OPERATOR_TENANT { self.cast.operator.clone() } else { trader_key(tenant) };
        self.submit_commands(shard, &key, tenant, commands);
    }

    /// Signs and submits commands through an honest process. Returns the transaction's id.
    fn submit_commands(
        &mut self,
        shard: ShardId,
        key: &SecretKey,
        tenant: TenantId,
        commands: Vec<Command>,
    ) -> Option<chain_types::TxId> {
        let process = self.reader(shard)?;
        let sender = Sender { chain_id: self.cast.genesis.chain_id(), key, tenant, now_us: self.now_us };
        self.background_count += 1;
        let transaction = sender.write(self.background_count, commands);
        let id = transaction.header.id();
        self.submit(process, transaction, chain_replica::Source::Client);
        Some(id)
    }

    /// A random honest, running process of a shard that has announced its last block.
    fn reader(&mut self, shard: ShardId) -> Option<usize> {
        let serves = |at: &usize| {
            let one = &self.processes[*at];
            let is_of = one.shard == shard && self.is_honest(*at) && !self.is_paused(*at);
            let tip = one.replica.as_ref().map(|replica| replica.tip().map_or(Height(0), |(header, _)| header.height));
            is_of && tip == Some(self.oracle.agreement.height_of(*at))
        };
        let serving: Vec<_> = (0..self.processes.len()).filter(serves).collect();
        self.background_dice.pick(&serving).copied()
    }

    fn tip(&self, process: usize) -> Option<CertifiedHeader> {
        let (header, certificate) = self.processes[process].replica.as_ref()?.tip()?.clone();
        Some(CertifiedHeader { header, certificate })
    }

    /// Reads values with proofs from a process.
    fn proven_values(&mut self, process: usize, keys: &[StateKey]) -> Option<ProvenValues> {
        let block = self.tip(process)?;
        let proofs = self.processes[process].replica.as_mut()?.prove(keys).ok()??;
        Some(ProvenValues { block, proofs })
    }
}
