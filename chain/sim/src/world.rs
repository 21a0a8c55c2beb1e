//! A world: processes, a network, clients, and the queue of what happens next. Invariant: events happen in the order of
//! their time, and those of one moment in the order in which they were caused.

mod act;
mod carry;
mod duty;
mod happen;
mod member;
mod queue;
mod talk;
mod trouble;

use crate::{
    byzantine::Liar,
    cast::Cast,
    dice::{Concern, Dice},
    errand::{Carrier, Clerk, Habit},
    fault::{Lie, Plan},
    network::{Conditions, Network},
    oracle::{self, Oracle},
    process::Process,
    profile::{JOIN_BEHIND_BLOCKS, Play, Profile, REST_FROM_US, TIMING},
    scenario::Scenario,
    trace::Trace,
    workload::{self, Wish},
};
use chain_types::{
    Epoch, Height, ShardId, Signature, TxId, VerifiedTransaction,
    atomic::BundleId,
    beacon::SignedDeal,
    codec,
    native::BalanceKey,
    state::{StateKey, TypedKey},
};
use queue::{Entry, Event};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

/// How often an active process looks at its clock, in microseconds.
const TICK_US: u64 = 10_000;
/// How often one that has nothing to do looks.
const IDLE_TICK_US: u64 = 50_000;
/// How often processes and the world are looked at while a chain rests, in microseconds.
const REST_TICK_US: u64 = 5_000_000;
/// How often the world is looked at for its end.
const LOOK_US: u64 = 100_000;
/// How long after the end of the faults everything must be final, in microseconds.
pub const PROGRESS_US: u64 = 60_000_000;

/// A machine: the processes on it fail together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Machine {
    /// How far its clock is from the true time, in milliseconds.
    pub(crate) clock_ms: i64,
    /// How far it was before it was set last.
    pub(crate) clock_before_ms: i64,
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
    errand_dice: Dice,
    /// Errands so far.
    errands: u128,
    clerks: Vec<Clerk>,
    members: member::Wishes,
    carriers: Vec<Carrier>,
    /// Deals that the beacon took.
    deals: Vec<SignedDeal>,
    watched: BTreeSet<Height>,
    goal: Option<Epoch>,
    has_sent: BTreeSet<ShardId>,
    deals_begun: u64,
    moods: BTreeMap<(BundleId, u8), u64>,
    trace: Trace,
    is_over: bool,
    /// What happened, for people, when someone wants to read it.
    pub(crate) log: Option<Vec<String>>,
}

impl World {
    /// The world of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let (profile, seed) = (scenario.world(), scenario.seed);
        let cast = Cast::new(&profile);
        let mut work_dice = Dice::new(seed, Concern::Workload);
        let wishes = scenario.wished(workload::draw(&cast, &scenario.kind(), &mut work_dice));
        let mut machines = vec![Machine::default(); cast.keys.len()];
        let plan = scenario.plan();
        let liars: Vec<usize> = plan.unaccountable().collect();
        for liar in &liars {
            machines[*liar].is_liar = true;
        }
        let signers = liars.iter().filter_map(|machine| u16::try_from(*machine).ok()).collect();
        let is_plain = profile.epoch_blocks.is_none() && !profile.has(Play::Trade);
        let mut world = Self {
            profile,
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
            oracle: Oracle::new(&cast, signers, is_plain),
            wishes,
            finals: BTreeSet::new(),
            checked: BTreeMap::new(),
            errand_dice: Dice::new(seed, Concern::Errand),
            errands: 0,
            clerks: Vec::new(),
            members: member::Wishes::default(),
            carriers: Vec::new(),
            deals: Vec::new(),
            watched: BTreeSet::new(),
            goal: None,
            has_sent: BTreeSet::new(),
            deals_begun: 0,
            moods: BTreeMap::new(),
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
                let mut process = Process::new(machine, chain_types::ShardId(shard), key, signer, seed % 2 == 1);
                process.joins_behind = self.profile.has(Play::Joins).then_some(JOIN_BEHIND_BLOCKS);
                self.processes.push(process);
            }
        }
        let validators = u16::try_from(self.cast.validators()).unwrap_or(u16::MAX);
        for (machine, lie) in plan.liars() {
            let signer = u16::try_from(machine).unwrap_or(u16::MAX);
            let key = self.cast.keys[machine].clone();
            self.liars.insert(machine, Liar::new(lie, signer, key.clone(), validators));
            for shard in 0..if lie == Lie::Twin { self.cast.genesis.shards } else { 0 } {
                let shard = chain_types::ShardId(shard);
                let mut twin = Process::new(machine, shard, key.clone(), Some(signer), seed % 2 == 1);
                twin.half = 1;
                self.processes.push(twin);
            }
        }
        let members = if self.profile.has(Play::Members) { self.machines.len() } else { self.cast.validators() };
        if self.profile.has(Play::Members) {
            let newcomers = self.cast.validators()..members;
            self.members = member::Wishes::draw(newcomers, self.profile.faults_us, &mut self.errand_dice);
        }
        for machine in 0..if self.cast.beacon.is_some() { members } else { 0 } {
            let lie = plan.liars().find(|(liar, _)| *liar == machine).map(|(_, lie)| lie);
            let habit = lie.map_or(Habit::Dutiful, |lie| Habit::of(lie, &mut self.errand_dice));
            self.clerks.push(Clerk::new(self.cast.secrets(machine), habit));
            self.push(20_000 + 11_000 * machine as u64, Event::Duty(machine));
        }
        for carrier in 0..if self.profile.has(Play::Trade) { 2 } else { 0 } {
            self.carriers.push(Carrier::default());
            self.push(150_000 + 40_000 * carrier as u64, Event::Carry(carrier));
        }
        for (at_us, step) in plan.steps() {
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
        let tip = one.disk.look().store.blocks.last().cloned();
        match started {
            Ok(()) => {
                self.joined(process);
                if self.is_honest(process) {
                    self.oracle.started(process, shard, tip.as_ref());
                }
                let height = tip.map_or(0, |block| block.header.height.0);
                self.note(|| format!("process {process} starts at height {height}"));
            }
            Err(why) => self.note(|| format!("process {process} refuses to start: {why}")),
        }
    }

    /// The oracles look at what a process joined with, if it did since they looked last.
    fn joined(&mut self, process: usize) {
        let joined = self.processes[process].disk.change().store.joined.take();
        let Some((block, takeover)) = joined else { return };
        self.note(|| format!("process {process} joins at height {}", block.header.height));
        let one = &self.processes[process];
        let signer = self.oracle.seat(block.header.epoch, one.key.public_key());
        self.oracle.rollback.announced(process, one.life, signer, &block.certificate);
        if self.is_honest(process) {
            self.oracle.joined(process, self.processes[process].shard, (block, takeover));
        }
    }

    /// Whether nothing is asked of the chain, and will not be for a while.
    pub(crate) fn is_at_rest(&self) -> bool {
        let end_us = self.profile.faults_us.saturating_sub(2 * REST_TICK_US);
        self.profile.has(Play::Rests) && (REST_FROM_US..end_us).contains(&self.now_us)
    }

    /// Looks whether the world is at its end.
    fn look(&mut self) {
        self.push(if self.is_at_rest() { REST_TICK_US } else { LOOK_US }, Event::Look);
        if self.is_at_rest() {
            for process in 0..self.processes.len() {
                let bytes = self.processes[process].disk.look().journal.bytes();
                let verdict = self.oracle.idle.looked(process, bytes);
                self.oracle.judge(verdict);
            }
        }
        let asked = self.wishes.len() + usize::try_from(self.errands).unwrap_or(usize::MAX);
        for process in 0..self.processes.len() {
            let load = self.processes[process].replica.as_ref().map(chain_replica::Replica::load);
            if let Some(load) = load.filter(|_| self.is_honest(process)) {
                let verdict = oracle::memory::check(process, load, asked, self.cast.validators());
                self.oracle.judge(verdict);
            }
        }
        if self.now_us < self.profile.faults_us {
            return;
        }
        if self.goal.is_none() {
            self.set_goal();
        }
        let is_settled = self.wishes.iter().all(|wish| wish.is_settled);
        if is_settled && self.is_beyond_goal() && self.is_traded() && self.is_even() {
            self.is_over = true;
            self.compare();
        } else if self.now_us > self.profile.faults_us + PROGRESS_US {
            let heights: Vec<_> = (0..self.processes.len()).map(|at| self.oracle.agreement.height_of(at).0).collect();
            let open = self.wishes.iter().filter(|wish| !wish.is_settled).count();
            let epochs: Vec<_> =
                (0..self.cast.genesis.shards).map(|shard| self.oracle.committees.present(ShardId(shard)).0).collect();
            let bundles = self.oracle.trade.unfinished().count();
            let waiting = self.oracle.beacon.as_ref().map(crate::oracle::beacon::Beacon::waiting).unwrap_or_default();
            let rest = if self.is_traded() { "at rest" } else { "under way" };
            self.oracle.report(format!(
                "progress: {open} transactions are open; heights {heights:?}; epochs {epochs:?} of {:?}; members {waiting:?} wait; {bundles} bundles are open, messages {rest}",
                self.goal.map(|goal| goal.0)
            ));
        }
    }

    /// Whether every honest process has announced all that anyone has.
    fn is_even(&self) -> bool {
        let is_even = |(at, process): (usize, &Process)| {
            !self.is_honest(at) || self.oracle.agreement.height_of(at) == self.oracle.agreement.height(process.shard)
        };
        self.processes.iter().enumerate().all(is_even)
    }

    /// The process of a machine on a shard, while it runs.
    fn process_at(&self, machine: usize, shard: ShardId) -> Option<usize> {
        let is_it = |one: &Process| one.machine == machine && one.shard == shard && one.half == 0;
        self.processes.iter().position(|one| is_it(one) && one.replica.is_some())
    }

    /// Values of a process's state after its last final block.
    fn read_many(&mut self, process: usize, keys: &[StateKey]) -> Option<Vec<Option<Vec<u8>>>> {
        self.processes[process].replica.as_mut()?.read(keys).ok()?
    }

    fn read<K: TypedKey>(&mut self, process: usize, key: &K) -> Option<K::Value> {
        let value = self.read_many(process, &[key.state_key()])?.pop()??;
        key.decode(&value).ok()
    }

    /// What honest states hold at the end is compared with what the blocks add up to.
    fn compare(&mut self) {
        let honest: Vec<_> = (0..self.processes.len()).filter(|at| self.is_honest(*at)).collect();
        for process in honest {
            let shard = self.processes[process].shard;
            if shard.0 == 0
                && self.cast.beacon.is_some()
                && let Some(beacon) = self.beacon_at(process)
            {
                self.oracle.compare(&beacon);
            }
            let held: Vec<_> = self.oracle.trade.balances().filter(|(of, ..)| *of == shard).collect();
            for (_, tenant, amount) in held {
                let untouched = shard == chain_types::native::TREASURY_SHARD && tenant == chain_types::native::TREASURY;
                let Some(values) = self.read_many(process, &[BalanceKey(tenant).state_key()]) else { continue };
                let found: Option<u64> = values
                    .first()
                    .and_then(Option::as_ref)
                    .and_then(|value| codec::decode_own("a balance", value).ok());
                if found.unwrap_or(if untouched { amount } else { 0 }) != amount {
                    self.oracle.report(format!(
                        "supply: process {process} holds {found:?} of a tenant where the blocks say {amount}"
                    ));
                }
            }
        }
    }
}
