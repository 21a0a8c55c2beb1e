//! A world: processes, a network, clients, and the queue of what happens next. Invariant: events happen in the order of
//! their time, and those of one moment in the order in which they were caused.

mod trouble;

use crate::{
    byzantine::Liar,
    cast::{Cast, START_MS},
    dice::{Concern, Dice},
    fault::{self, Lie, Plan, Step},
    network::{Conditions, Letter, Network},
    oracle::{self, Oracle},
    process::{Action, Process},
    profile::{Profile, TIMING},
    trace::Trace,
    workload::{self, RETRY_US, Wish},
};
use chain_replica::{Input, Message};
use chain_types::{Signature, TimestampMs, Transaction, TxId, VerifiedTransaction, codec, verified::verify_all};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    rc::Rc,
};

/// How often an active process looks at its clock, in microseconds.
const TICK_US: u64 = 10_000;
/// How often one that has nothing to do looks.
const IDLE_TICK_US: u64 = 50_000;
/// How often the world is looked at for its end.
const LOOK_US: u64 = 100_000;
/// How long after the end of the faults everything must be final, in microseconds.
pub const PROGRESS_US: u64 = 60_000_000;

/// Something that happens.
pub(crate) enum Event {
    /// A letter arrives.
    Arrive(Letter),
    /// A process looks at its clock.
    Tick(usize),
    /// A process's disk finished, in the life in which it began.
    Written(usize, u32),
    /// A client asks.
    Ask(usize),
    /// Something goes wrong, or right again.
    Fault(Step),
    /// The faulty time ends.
    Heal,
    /// The world is looked at.
    Look,
}

struct Entry {
    time_us: u64,
    sequence: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.time_us, self.sequence).cmp(&(other.time_us, other.sequence))
    }
}

/// A machine: the processes on it fail together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Machine {
    /// How far its clock is from the true time, in milliseconds.
    pub(crate) clock_ms: i64,
    /// How many times as long as usual its disk takes, if not once.
    pub(crate) disk_times: u64,
    /// It stands still.
    pub(crate) is_paused: bool,
    /// Nothing is asked of what it says: it lies, or an operator set its journals back.
    pub(crate) is_liar: bool,
}

/// A world.
pub struct World {
    pub(crate) profile: Profile,
    pub(crate) cast: Cast,
    pub(crate) now_us: u64,
    sequence: u64,
    queue: BinaryHeap<Reverse<Entry>>,
    pub(crate) machines: Vec<Machine>,
    pub(crate) processes: Vec<Process>,
    pub(crate) network: Network,
    pub(crate) disk_dice: Dice,
    work_dice: Dice,
    lie_dice: Dice,
    liars: BTreeMap<usize, Liar>,
    halves: Option<Vec<usize>>,
    pub(crate) oracle: Oracle,
    wishes: Vec<Wish>,
    finals: BTreeSet<TxId>,
    checked: BTreeMap<TxId, (Signature, VerifiedTransaction)>,
    trace: Trace,
    is_over: bool,
    /// What happened, for people, when someone wants to read it.
    pub(crate) log: Option<Vec<String>>,
}

impl World {
    /// The world of a seed.
    pub fn new(profile: &Profile, seed: u64) -> Self {
        let cast = Cast::new(profile.shards, profile.weights, profile.followers);
        let mut work_dice = Dice::new(seed, Concern::Workload);
        let wishes = workload::draw(&cast, profile.transactions, profile.faults_us, &mut work_dice);
        let mut machines = vec![Machine::default(); cast.keys.len()];
        let plan = fault::draw(profile, &mut Dice::new(seed, Concern::Fault));
        let liars: Vec<usize> = plan.liars.iter().map(|(machine, _)| *machine).chain(plan.set_back).collect();
        for liar in &liars {
            machines[*liar].is_liar = true;
        }
        let signers = liars.iter().filter_map(|machine| u16::try_from(*machine).ok()).collect();
        let mut world = Self {
            profile: *profile,
            now_us: 0,
            sequence: 0,
            queue: BinaryHeap::new(),
            machines,
            processes: Vec::new(),
            network: Network::new(Conditions::GOOD, Dice::new(seed, Concern::Network)),
            disk_dice: Dice::new(seed, Concern::Disk),
            work_dice,
            lie_dice: Dice::new(seed, Concern::Byzantine),
            liars: BTreeMap::new(),
            halves: plan.halves.clone(),
            oracle: Oracle::new(std::sync::Arc::clone(&cast.genesis), signers),
            wishes,
            finals: BTreeSet::new(),
            checked: BTreeMap::new(),
            trace: Trace::default(),
            is_over: false,
            log: None,
            cast,
        };
        world.people(seed, &plan);
        world
    }

    fn people(&mut self, seed: u64, plan: &Plan) {
        for machine in 0..self.machines.len() {
            let signer = u16::try_from(machine).ok().filter(|_| machine < self.cast.validators());
            for shard in 0..self.cast.genesis.shards {
                let key = self.cast.keys[machine].clone();
                let process = Process::new(machine, chain_types::ShardId(shard), key, signer, seed % 2 == 1);
                self.processes.push(process);
            }
        }
        for (machine, lie) in &plan.liars {
            let signer = u16::try_from(*machine).unwrap_or(u16::MAX);
            let key = self.cast.keys[*machine].clone();
            self.liars.insert(*machine, Liar::new(*lie, signer, key.clone()));
            for shard in 0..if *lie == Lie::Twin { self.cast.genesis.shards } else { 0 } {
                let shard = chain_types::ShardId(shard);
                let mut twin = Process::new(*machine, shard, key.clone(), Some(signer), seed % 2 == 1);
                twin.half = 1;
                self.processes.push(twin);
            }
        }
        for (at_us, step) in &plan.steps {
            self.push(*at_us, Event::Fault(step.clone()));
        }
        self.push(self.profile.faults_us, Event::Heal);
        for process in 0..self.processes.len() {
            self.start(process);
            self.push(1_000 + 137 * process as u64, Event::Tick(process));
        }
        for wish in 0..self.wishes.len() {
            self.push(self.wishes[wish].at_us, Event::Ask(wish));
        }
        self.push(LOOK_US, Event::Look);
    }

    pub(crate) fn push(&mut self, in_us: u64, event: Event) {
        self.sequence += 1;
        self.queue.push(Reverse(Entry { time_us: self.now_us + in_us, sequence: self.sequence, event }));
    }

    /// Runs to the end.
    pub fn run(&mut self) {
        while let Some(Reverse(entry)) = self.queue.pop() {
            self.now_us = entry.time_us;
            self.oracle.now_us = entry.time_us;
            self.happen(entry.event);
            if self.is_over || !self.oracle.violations.is_empty() {
                break;
            }
        }
        let lives: Vec<_> = self.processes.iter().map(|process| process.life).collect();
        self.oracle.end(&lives);
    }

    /// The hash of all that happened.
    pub const fn trace(&self) -> u64 {
        self.trace.hash()
    }

    /// How many blocks became final, on all shards.
    pub fn blocks(&self) -> u64 {
        (0..self.cast.genesis.shards).map(|shard| self.oracle.agreement.height(chain_types::ShardId(shard)).0).sum()
    }

    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.push(format!("{:>9}.{:03} {}", self.now_us / 1_000, self.now_us % 1_000, text()));
        }
    }

    pub(crate) fn is_honest(&self, process: usize) -> bool {
        !self.machines[self.processes[process].machine].is_liar
    }

    /// Starts a process from its disk.
    pub(crate) fn start(&mut self, process: usize) {
        let genesis = std::sync::Arc::clone(&self.cast.genesis);
        let one = &mut self.processes[process];
        let started = one.start(&genesis, TIMING);
        let shard = one.shard;
        let voted = one.disk.look().journal.voted();
        self.oracle.rollback.started(process, one.life, voted);
        let tip =
            one.replica.as_ref().and_then(|replica| replica.tip().map(|(header, _)| (header.height, header.digest())));
        match started {
            Ok(()) => {
                if self.is_honest(process) {
                    self.oracle.started(process, shard, tip);
                }
                self.note(|| format!("process {process} starts at height {}", tip.map_or(0, |(height, _)| height.0)));
            }
            Err(why) => self.note(|| format!("process {process} refuses to start: {why}")),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive(letter) => self.arrive(letter),
            Event::Tick(process) => self.tick(process),
            Event::Written(process, life) => self.written(process, life),
            Event::Ask(wish) => self.ask(wish),
            Event::Fault(step) => self.fault(&step),
            Event::Heal => self.heal(),
            Event::Look => self.look(),
        }
    }

    fn is_paused(&self, process: usize) -> bool {
        self.machines[self.processes[process].machine].is_paused
    }

    fn arrive(&mut self, letter: Letter) {
        let to = letter.to;
        if self.is_paused(to) {
            self.push(IDLE_TICK_US, Event::Arrive(letter));
            return;
        }
        if self.processes[to].replica.is_none() {
            return;
        }
        self.trace.add(self.now_us, 1, to, &letter.bytes);
        let Ok(message) = Message::decode(&letter.bytes) else { return };
        let from = self.processes[letter.from].key.public_key();
        if let Message::Transactions(transactions) = message {
            for transaction in transactions {
                self.submit(to, transaction, false);
            }
            return;
        }
        if let Some(height) = self.deciding(to) {
            self.oracle.heard((to, self.processes[to].life), height, &message);
        }
        self.input(to, Input::Message { from, message: Box::new(message) });
    }

    /// The height that an honest process decides, if it handles a message at once.
    fn deciding(&self, process: usize) -> Option<chain_types::Height> {
        let one = &self.processes[process];
        let replica = one.replica.as_ref().filter(|_| self.is_honest(process) && one.is_attentive())?;
        replica.deciding()
    }

    fn submit(&mut self, process: usize, transaction: Transaction, is_local: bool) {
        let Some(transaction) = self.verify(transaction) else { return };
        self.input(process, Input::Submit { transaction: Box::new(transaction), is_local });
    }

    /// What an interpreter does with a transaction before it submits it. Equal transactions are checked once a world.
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
        self.push(if is_active { TICK_US } else { IDLE_TICK_US }, Event::Tick(process));
        if self.is_paused(process) {
            return;
        }
        let machine = self.machines[self.processes[process].machine];
        let now = TimestampMs((START_MS + self.now_us / 1_000).saturating_add_signed(machine.clock_ms));
        if self.is_honest(process) {
            self.oracle.agreement.clock(now);
        }
        let mut actions = Vec::new();
        self.processes[process].tick(now, &mut actions);
        self.act(process, actions);
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

    fn ask(&mut self, wish: usize) {
        let Wish { shard, transaction, .. } = &self.wishes[wish];
        let is_past = self.now_us / 1_000 + START_MS > transaction.header.valid_until_ms.0 + 3_000;
        if is_past || self.finals.contains(&transaction.header.id()) {
            self.wishes[wish].is_settled = true;
            return;
        }
        let (shard, transaction) = (*shard, transaction.clone());
        let of_shard: Vec<_> = (0..self.processes.len()).filter(|at| self.processes[*at].shard == shard).collect();
        let one = self.work_dice.pick(&of_shard).copied();
        // Where validators conspire, clients ask everyone, so that each side of the conspiracy has something to decide.
        let asked = if self.profile.must_break { of_shard } else { one.into_iter().collect() };
        for process in asked.into_iter().filter(|process| !self.is_paused(*process)).collect::<Vec<_>>() {
            self.submit(process, transaction.clone(), true);
        }
        self.push(RETRY_US, Event::Ask(wish));
    }

    fn act(&mut self, process: usize, actions: Vec<Action>) {
        let is_honest = self.is_honest(process);
        for action in actions {
            match action {
                Action::Send(to, message) => {
                    self.note(|| format!("process {process} says {}", told(&message)));
                    if is_honest {
                        self.oracle.said(process, self.processes[process].shard, &message);
                    }
                    let is_liar = self.liars.contains_key(&self.processes[process].machine);
                    if let (false, Message::Vote(vote) | Message::Proposal { vote, .. }) = (is_liar, &*message) {
                        let life = self.processes[process].life;
                        self.oracle.rollback.said(process, life, vote.vote.height);
                        let verdict = self.oracle.rollback.verdict(process, life);
                        self.oracle.judge(verdict);
                    }
                    self.send(process, to, &message);
                }
                Action::Wait => {
                    let times = self.machines[self.processes[process].machine].disk_times.max(1);
                    let delay = self.disk_dice.between(100, 2_000) * times;
                    self.push(delay, Event::Written(process, self.processes[process].life));
                }
                Action::Finalised(finalised) => {
                    let header = &finalised.block.header;
                    self.trace.add(self.now_us, 3, process, finalised.digest.as_bytes());
                    let (height, view) = (header.height, header.view);
                    let one = &self.processes[process];
                    self.oracle.rollback.announced(process, one.life, one.signer, &finalised.block.certificate);
                    self.note(|| format!("process {process} announces height {height} born in view {view}"));
                    if is_honest {
                        let shard = self.processes[process].shard;
                        self.finals.extend(finalised.transactions.iter().map(|(id, ..)| *id));
                        self.oracle.finalised(process, shard, &finalised);
                    }
                }
                Action::Refuse(id, reason) => {
                    self.note(|| format!("process {process} refuses {}: {reason:?}", &id.to_string()[..8]));
                }
                Action::AlreadyFinal(id, height) => {
                    self.note(|| format!("process {process} has {} at height {height}", &id.to_string()[..8]));
                }
                Action::Accuse(equivocation) => {
                    let signer = equivocation.first.signer;
                    self.note(|| format!("process {process} accuses validator {signer}"));
                    if is_honest {
                        self.oracle.accused(&equivocation);
                    }
                }
                Action::Alarm(alarm) => {
                    self.oracle.rollback.noticed(process, self.processes[process].life);
                    self.note(|| format!("process {process} alarms: {alarm}"));
                }
                Action::Stopped(why) => self.note(|| format!("process {process} stops: {why}")),
            }
        }
    }

    fn send(&mut self, from: usize, to: Option<chain_types::PublicKey>, message: &Message) {
        let machine = self.processes[from].machine;
        let is_meant = |other: &usize| *other != machine && to.is_none_or(|key| self.cast.key(*other) == key);
        let receivers: Vec<usize> = (0..self.machines.len()).filter(is_meant).collect();
        if let Some(liar) = self.liars.get_mut(&machine) {
            for (to, message) in liar.twist(message, &receivers, &mut self.lie_dice) {
                self.post(from, &[to], &message);
            }
        } else {
            self.post(from, &receivers, message);
        }
    }

    fn post(&mut self, from: usize, to: &[usize], message: &Message) {
        let bytes = Rc::new(codec::encode(message));
        let (shard, machine) = (self.processes[from].shard, self.processes[from].machine);
        for receiver in 0..self.processes.len() {
            let other = &self.processes[receiver];
            if other.shard != shard || !to.contains(&other.machine) || !self.are_acquainted(from, receiver) {
                continue;
            }
            let between = (machine, other.machine);
            let letter = Letter { from, to: receiver, bytes: Rc::clone(&bytes) };
            for (in_us, letter) in self.network.send(letter, between) {
                self.push(in_us, Event::Arrive(letter));
            }
        }
    }

    /// Whether two processes talk: each machine may see one half of a twin only.
    fn are_acquainted(&self, left: usize, right: usize) -> bool {
        let Some(halves) = &self.halves else { return true };
        let (left, right) = (&self.processes[left], &self.processes[right]);
        let is_twin = |machine: usize| self.liars.get(&machine).is_some_and(|liar| liar.lie == Lie::Twin);
        match (is_twin(left.machine), is_twin(right.machine)) {
            (true, true) => left.half == right.half,
            (true, false) => left.half == halves[right.machine],
            (false, true) => right.half == halves[left.machine],
            (false, false) => true,
        }
    }

    /// Looks whether the world is at its end.
    fn look(&mut self) {
        self.push(LOOK_US, Event::Look);
        for process in 0..self.processes.len() {
            let load = self.processes[process].replica.as_ref().map(chain_replica::Replica::load);
            if let Some(load) = load.filter(|_| self.is_honest(process)) {
                let verdict = oracle::memory::check(process, load, self.wishes.len(), self.cast.validators());
                self.oracle.judge(verdict);
            }
        }
        if self.now_us < self.profile.faults_us {
            return;
        }
        if self.wishes.iter().all(|wish| wish.is_settled) && self.is_even() {
            self.is_over = true;
        } else if self.now_us > self.profile.faults_us + PROGRESS_US {
            let heights: Vec<_> = (0..self.processes.len()).map(|at| self.oracle.agreement.height_of(at).0).collect();
            let open = self.wishes.iter().filter(|wish| !wish.is_settled).count();
            self.oracle.report(format!("progress: {open} transactions are open; heights {heights:?}"));
        }
    }

    /// Whether every honest process has announced all that anyone has.
    fn is_even(&self) -> bool {
        let is_even = |(at, process): (usize, &Process)| {
            !self.is_honest(at) || self.oracle.agreement.height_of(at) == self.oracle.agreement.height(process.shard)
        };
        self.processes.iter().enumerate().all(is_even)
    }
}

/// A message in a few words.
fn told(message: &Message) -> String {
    let vote = |vote: &chain_types::Vote| {
        let block = &vote.block.to_string()[..8];
        format!("{:?} height {} view {} block {block}", vote.step, vote.height, vote.view)
    };
    match message {
        Message::Proposal { vote: signed, ids, .. } => format!("{} of {} transactions", vote(&signed.vote), ids.len()),
        Message::Vote(signed) => vote(&signed.vote),
        Message::Certificate(certificate) => format!("certificate {}", vote(&certificate.vote)),
        Message::Status { height, view } => format!("status: final {height}, view {view}"),
        Message::FetchBlock { block } => format!("fetch block {}", &block.to_string()[..8]),
        Message::Block { header, ids } => format!("block of height {} with {} transactions", header.height, ids.len()),
        Message::FetchTransactions { block, ids } => {
            format!("fetch {} transactions of {}", ids.len(), &block.to_string()[..8])
        }
        Message::Transactions(transactions) => format!("{} transactions", transactions.len()),
        Message::FetchFinal { from } => format!("fetch final from {from}"),
        Message::Final(blocks) => format!("{} final blocks", blocks.len()),
    }
}
