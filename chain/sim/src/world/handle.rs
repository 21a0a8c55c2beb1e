//! Handles the events of the queue: messages, ticks, disk writes and client submissions. Invariant: messages and disk
//! writes of a suspended machine wait until it is resumed. Its ticks are dropped.

use super::{IDLE_TICK_US, REST_TICK_US, TICK_US, World, queue::Event};
use crate::{
    cast::START_MS,
    network::Envelope,
    workload::{RETRY_US, Wish},
};
use chain_replica::{Input, Message, Source};
use chain_types::{Moment, TimestampMs, Transaction, VerifiedTransaction, verified::verify_all};

impl World {
    pub(super) fn handle(&mut self, event: Event) {
        match event {
            Event::Arrive(envelope) => self.arrive(envelope),
            Event::Tick(process) => self.tick(process),
            Event::Written(process, life) => self.written(process, life),
            Event::PromiseWritten(process, life) => self.promise_written(process, life),
            Event::Ask(wish) => self.ask(wish),
            Event::Fault(step) => self.fault(&step),
            Event::Heal => self.heal(),
            Event::Look => self.look(),
            Event::Duty(machine) => self.duty(machine),
            Event::Relay(relayer) => self.relay(relayer),
        }
    }

    pub(super) fn is_paused(&self, process: usize) -> bool {
        self.machines[self.processes[process].machine].is_paused
    }

    fn arrive(&mut self, envelope: Envelope) {
        let to = envelope.to;
        if self.is_paused(to) {
            self.push(IDLE_TICK_US, Event::Arrive(envelope));
            return;
        }
        if self.processes[to].replica.is_none() {
            return;
        }
        self.trace.add(self.now_us, 1, to, &envelope.bytes);
        let Ok(message) = Message::decode(&envelope.bytes) else { return };
        let from = self.processes[envelope.from].key.public_key();
        if let Message::Proposal { header, .. } = &message {
            self.oracle.clocks.proposed(header);
        }
        if let Message::Transactions(transactions) = message {
            for transaction in transactions {
                self.submit(to, transaction, Source::Peer(from));
            }
            return;
        }
        if let Some(place) = self.deciding(to) {
            self.oracle.received((to, self.processes[to].life), place, &message);
        }
        self.input(to, Input::Message { from, message: Box::new(message) });
    }

    /// The epoch and height that an honest process is deciding, if it handles a message at once.
    fn deciding(&self, process: usize) -> Option<(chain_types::Epoch, chain_types::Height)> {
        let one = &self.processes[process];
        let replica = one.replica.as_ref().filter(|_| self.is_honest(process) && one.is_attentive())?;
        replica.deciding().map(|height| (replica.committee().epoch(), height))
    }

    pub(super) fn submit(&mut self, process: usize, transaction: Transaction, source: Source) {
        let Some(transaction) = self.verify(transaction) else { return };
        self.input(process, Input::Submit { transaction: Box::new(transaction), source });
    }

    /// Verifies a transaction before it is submitted, as an interpreter must. Equal transactions are verified once per
    /// world.
    fn verify(&mut self, transaction: Transaction) -> Option<VerifiedTransaction> {
        let (id, signature) = (transaction.header.id(), transaction.signature);
        if let Some((known, verified)) = self.checked.get(&id)
            && *known == signature
            && *verified.checked().transaction() == transaction
        {
            return Some(verified.clone());
        }
        let checked = transaction.check().ok()?;
        let verified = verify_all(vec![checked], self.work_dice.rng()).pop()?.ok()?;
        self.checked.insert(id, (signature, verified.clone()));
        Some(verified)
    }

    fn input(&mut self, process: usize, input: Input) {
        let mut actions = Vec::new();
        self.processes[process].input(input, &mut actions);
        self.act(process, actions);
    }

    fn tick(&mut self, process: usize) {
        let one = &self.processes[process];
        let is_active = one.replica.as_ref().is_some_and(chain_replica::Replica::is_active);
        let pause = if is_active { TICK_US } else { IDLE_TICK_US };
        self.push(if self.is_at_rest() { pause.max(REST_TICK_US) } else { pause }, Event::Tick(process));
        if self.is_paused(process) {
            return;
        }
        let now = self.wall_clock(process);
        if self.is_honest(process) {
            self.oracle.agreement.clock(now);
        }
        let mut actions = Vec::new();
        self.processes[process].tick(Moment(self.now_us / 1_000), now, &mut actions);
        self.act(process, actions);
    }

    /// The time on a process's wall clock.
    pub(super) fn wall_clock(&self, process: usize) -> TimestampMs {
        let machine = self.machines[self.processes[process].machine];
        TimestampMs((START_MS + self.now_us / 1_000).saturating_add_signed(machine.clock_ms))
    }

    /// The earliest time that the process's clock may have shown when it decided what it sends now.
    pub(super) fn least_clock(&self, process: usize) -> TimestampMs {
        let machine = self.machines[self.processes[process].machine];
        let off = machine.clock_ms.min(machine.clock_before_ms);
        TimestampMs((START_MS + self.now_us / 1_000).saturating_add_signed(off))
    }

    fn written(&mut self, process: usize, life: u32) {
        if self.processes[process].life != life {
            return;
        }
        if self.is_paused(process) {
            self.push(IDLE_TICK_US, Event::Written(process, life));
            return;
        }
        self.trace.add(self.now_us, 2, process, &[]);
        let mut actions = Vec::new();
        self.processes[process].written(&mut actions);
        self.act(process, actions);
    }

    fn promise_written(&mut self, process: usize, life: u32) {
        if self.processes[process].life != life {
            return;
        }
        if self.is_paused(process) {
            self.push(IDLE_TICK_US, Event::PromiseWritten(process, life));
            return;
        }
        let mut actions = Vec::new();
        self.processes[process].promise_written(&mut actions);
        self.act(process, actions);
    }

    fn ask(&mut self, wish: usize) {
        let Wish { shard, transaction, .. } = &self.wishes[wish];
        let is_past = self.now_us / 1_000 + START_MS > transaction.header.valid_until_ms.0 + 3_000;
        if is_past || self.finals.contains(&transaction.header.id()) {
            self.wishes[wish].is_settled = true;
            return;
        }
        let (shard, transaction) = (*shard, transaction.clone());
        if self.wishes[wish].after.is_some_and(|before| !self.finals.contains(&before)) {
            // A transaction that the scenario omits never becomes final, so there is nothing to wait for.
            let is_wished = |one: &Wish| Some(one.transaction.header.id()) == self.wishes[wish].after;
            self.wishes[wish].is_settled = !self.wishes.iter().any(is_wished);
            self.push(RETRY_US, Event::Ask(wish));
            return;
        }
        let of_shard: Vec<_> = (0..self.processes.len()).filter(|at| self.processes[*at].shard == shard).collect();
        let one = self.work_dice.pick(&of_shard).copied();
        // With conspiring validators, clients ask every process, so that each side of the partition has something to
        // decide.
        let asked = if self.profile.must_break { of_shard } else { one.into_iter().collect() };
        for process in asked.into_iter().filter(|process| !self.is_paused(*process)).collect::<Vec<_>>() {
            self.submit(process, transaction.clone(), Source::Client);
        }
        self.push(RETRY_US, Event::Ask(wish));
    }
}
