//! A world: simulated processes, network and clients, driven by one event queue. Invariant: events are handled in order
//! of time. Events of one time are handled in the order in which they were queued.

mod act;
mod duty;
mod handle;
mod inject;
mod member;
mod queue;
mod relay;
mod send;

use crate::{
    background::{DutyLoop, Habit, Relayer},
    byzantine::Liar,
    cast::Cast,
    dice::{Concern, Dice},
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

/// The interval between ticks of an active process, in microseconds.
const TICK_US: u64 = 10_000;
/// The interval between ticks of an inactive process, in microseconds.
const IDLE_TICK_US: u64 = 50_000;
/// The interval between ticks, and between checks of the world, during the idle period, in microseconds.
const REST_TICK_US: u64 = 5_000_000;
/// The interval between checks for the end of the world, in microseconds.
const LOOK_US: u64 = 100_000;
/// The time after the fault period within which everything must be final, in microseconds.
pub const PROGRESS_US: u64 = 60_000_000;

/// A machine. Its processes fail together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Machine {
    /// The offset of its clock, in milliseconds.
    pub(crate) clock_ms: i64,
    /// The offset before the last change, in milliseconds.
    pub(crate) clock_before_ms: i64,
    /// The factor on its disk latency; 0 means 1.
    pub(crate) disk_times: u64,
    pub(crate) is_paused: bool,
    /// Whether the oracles skip its messages: it is Byzantine, or an operator restored its journals.
    pub(crate) is_liar: bool,
}

/// The state of one simulated world.
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
    /// The half of each twin that a machine can reach; see [`Plan::halves`].
    halves: Option<Vec<usize>>,
    pub(crate) oracle: Oracle,
    /// The clients' intended transactions.
    wishes: Vec<Wish>,
    finals: BTreeSet<TxId>,
    checked: BTreeMap<TxId, (Signature, VerifiedTransaction)>,
    background_dice: Dice,
    /// The number of background transactions sent so far.
    background_count: u128,
    duty_loops: Vec<DutyLoop>,
    members: member::MemberPlans,
    relayers: Vec<Relayer>,
    /// The deals that the beacon accepted.
    deals: Vec<SignedDeal>,
    watched: BTreeSet<Height>,
    /// The epoch that every shard must reach before the world can end.
    goal: Option<Epoch>,
    has_sent: BTreeSet<ShardId>,
    deals_begun: u64,
    debtor_choices: BTreeMap<(BundleId, u8), u64>,
    trace: Trace,
    is_over: bool,
    /// The log; `None` unless requested.
    pub(crate) log: Option<Vec<String>>,
}

impl World {
    /// Creates the world of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let (profile, seed) = (scenario.effective_profile(), scenario.seed);
        let cast = Cast::new(&profile);
        let mut work_dice = Dice::new(seed, Concern::Workload);
        let wishes = scenario.selected(workload::draw(&cast, &scenario.drawn_profile(), &mut work_dice));
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
            background_dice: Dice::new(seed, Concern::Background),
            background_count: 0,
            duty_loops: Vec::new(),
            members: member::MemberPlans::default(),
            relayers: Vec::new(),
            deals: Vec::new(),
            watched: BTreeSet::new(),
            goal: None,
            has_sent: BTreeSet::new(),
            deals_begun: 0,
            debtor_choices: BTreeMap::new(),
            trace: Trace::default(),
            is_over: false,
            log: None,
            cast,
        };
        world.populate(seed, &plan);
        world
    }

    fn populate(&mut self, seed: u64, plan: &Plan) {
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
            self.members = member::MemberPlans::draw(newcomers, self.profile.faults_us, &mut self.background_dice);
        }
        for machine in 0..if self.cast.beacon.is_some() { members } else { 0 } {
            let lie = plan.liars().find(|(liar, _)| *liar == machine).map(|(_, lie)| lie);
            let habit = lie.map_or(Habit::Dutiful, |lie| Habit::of(lie, &mut self.background_dice));
            self.duty_loops.push(DutyLoop::new(self.cast.secrets(machine), habit));
            self.push(20_000 + 11_000 * machine as u64, Event::Duty(machine));
        }
        for relayer in 0..if self.profile.has(Play::Trade) { 2 } else { 0 } {
            self.relayers.push(Relayer::default());
            self.push(150_000 + 40_000 * relayer as u64, Event::Relay(relayer));
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
            self.handle(entry.event);
            if self.is_over || !self.oracle.violations.is_empty() {
                break;
            }
        }
        let lives: Vec<_> = self.processes.iter().map(|process| process.life).collect();
        self.oracle.end(&lives);
    }

    /// The hash of all events.
    pub const fn trace(&self) -> u64 {
        self.trace.hash()
    }

    /// The number of final blocks on all shards.
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

    /// Passes a process's join to the oracles, if it joined since the last call.
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

    /// Whether the world is in its idle period, up to shortly before the end.
    pub(crate) fn is_at_rest(&self) -> bool {
        let end_us = self.profile.faults_us.saturating_sub(2 * REST_TICK_US);
        self.profile.has(Play::Rests) && (REST_FROM_US..end_us).contains(&self.now_us)
    }

    /// Checks memory and progress, and whether the world has ended.
    fn look(&mut self) {
        self.push(if self.is_at_rest() { REST_TICK_US } else { LOOK_US }, Event::Look);
        if self.is_at_rest() {
            for process in 0..self.processes.len() {
                let bytes = self.processes[process].disk.look().journal.bytes();
                let verdict = self.oracle.idle.looked(process, bytes);
                self.oracle.judge(verdict);
            }
        }
        let asked = self.wishes.len() + usize::try_from(self.background_count).unwrap_or(usize::MAX);
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
            let rest = if self.is_traded() { "all delivered" } else { "in flight" };
            self.oracle.report(format!(
                "progress: {open} transactions are open; heights {heights:?}; epochs {epochs:?} of {:?}; members {waiting:?} wait; {bundles} bundles are open, messages {rest}",
                self.goal.map(|goal| goal.0)
            ));
        }
    }

    /// Whether every honest process announced the greatest height of its shard.
    fn is_even(&self) -> bool {
        let is_even = |(at, process): (usize, &Process)| {
            !self.is_honest(at) || self.oracle.agreement.height_of(at) == self.oracle.agreement.height(process.shard)
        };
        self.processes.iter().enumerate().all(is_even)
    }

    /// The running process of a machine on a shard; for a twin, of its first half.
    fn process_at(&self, machine: usize, shard: ShardId) -> Option<usize> {
        let is_requested = |one: &Process| one.machine == machine && one.shard == shard && one.half == 0;
        self.processes.iter().position(|one| is_requested(one) && one.replica.is_some())
    }

    /// Reads values from a process's state after its last final block.
    fn read_many(&mut self, process: usize, keys: &[StateKey]) -> Option<Vec<Option<Vec<u8>>>> {
        self.processes[process].replica.as_mut()?.read(keys).ok()?
    }

    fn read<K: TypedKey>(&mut self, process: usize, key: &K) -> Option<K::Value> {
        let value = self.read_many(process, &[key.state_key()])?.pop()??;
        key.decode(&value).ok()
    }

    /// Compares the honest states at the end with the sums of the blocks.
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
