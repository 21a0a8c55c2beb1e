//! Draws the faults of a world from its seed. Invariant: every fault begins before the fault period ends. Byzantine,
//! damaged and restored validators hold less than a third of the weight, unless `must_break` is set.

use crate::{
    dice::Dice,
    network::Conditions,
    profile::{Play, Profile},
};

/// One change to a world.
#[derive(Clone, Debug)]
pub enum Step {
    /// Drops all messages from the first machine to the second.
    Cut(usize, usize),
    /// Ends a [`Step::Cut`].
    Mend(usize, usize),
    /// Kills a machine's processes. Data that the operating system has accepted reaches the disk.
    Kill(usize),
    /// Cuts the power of all processes of a shard, or of all processes.
    LosePower(Option<u16>),
    /// Starts a machine's stopped processes.
    Start(usize),
    /// Suspends a machine.
    Pause(usize),
    /// Resumes a suspended machine.
    Resume(usize),
    /// Sets the offset of a machine's clock, in milliseconds.
    SetClock(usize, i64),
    /// Multiplies the disk latency of a machine.
    SlowDisk(usize, u64),
    /// Lets the next write of a machine fail, as when the sync fails or the disk is full.
    FailWrite(usize),
    /// Flips a bit in a machine's stores and restarts the machine.
    Rot(usize),
    /// Copies a machine's disks, as an operator's backup does.
    Copy(usize),
    /// Restores the copy of the stores, and of the journals if the flag is set.
    SetBack(usize, bool),
    /// Erases a machine's stores, and its journals if the flag is set. It starts as if it were new.
    Empty(usize, bool),
    /// Sets the conditions of the network.
    Conditions(Conditions),
}

/// A kind of Byzantine behaviour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// Runs two instances with one key and two disks; both send.
    Twin,
    /// Sends nothing.
    Silent,
    /// Sends each message to some receivers only.
    Selective,
    /// Signs changed messages and forges others.
    Mutator,
    /// As a leader, sends its proposal to one validator with a wrong transaction list. It helps to notarise the block
    /// and never votes to finalise.
    Poisoner,
    /// Never votes to finalise. Where it should propose a notarised block again, it proposes a new one.
    Usurper,
    /// Sends many messages about blocks that do not exist.
    Flooder,
    /// Answers requests for blocks with forged ones, and claims to be far ahead.
    Historian,
    /// A follower that sends what only a member may send, transactions that no block can hold, and impossible heights.
    Intruder,
}

impl Lie {
    /// Whether it changes the content of messages, and not only their receivers.
    pub const fn changes_content(self) -> bool {
        !matches!(self, Self::Twin | Self::Silent | Self::Selective)
    }
}

/// Steps with their times, in microseconds since the start.
type Steps = Vec<(u64, Step)>;

/// One fault: its beginning together with its end, so that a plan can omit any fault.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A validator or follower is Byzantine.
    Lies(usize, Lie),
    /// A validator's disk is damaged or restored. It counts against the limit of Byzantine weight, although its votes
    /// are checked unless its journals are restored too.
    Damages {
        /// The validator.
        machine: usize,
        /// Whether its journals are restored too. Then it may vote twice, and its votes are not checked.
        is_set_back: bool,
        steps: Steps,
    },
    /// Something happens to machines, disks, clocks or the network.
    Happens(Steps),
}

impl Fault {
    pub fn steps(&self) -> &[(u64, Step)] {
        match self {
            Self::Lies(..) => &[],
            Self::Damages { steps, .. } | Self::Happens(steps) => steps,
        }
    }

    /// Removes the steps that `is_kept` rejects.
    pub fn retain_steps(&mut self, is_kept: impl Fn(&(u64, Step)) -> bool) {
        match self {
            Self::Lies(..) => {}
            Self::Damages { steps, .. } | Self::Happens(steps) => steps.retain(is_kept),
        }
    }

    /// The validator that counts against the limit of Byzantine weight.
    const fn limited_machine(&self) -> Option<usize> {
        match self {
            Self::Lies(machine, _) | Self::Damages { machine, .. } => Some(*machine),
            Self::Happens(_) => None,
        }
    }
}

/// The faults of a world.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// All faults in the order in which they were drawn.
    pub faults: Vec<Fault>,
    /// The half of each twin that a machine can reach, by machine; `None` when every machine reaches both halves.
    pub halves: Option<Vec<usize>>,
}

impl Plan {
    /// All steps with their times.
    pub fn steps(&self) -> impl Iterator<Item = &(u64, Step)> {
        self.faults.iter().flat_map(Fault::steps)
    }

    /// The Byzantine machines with their behaviour.
    pub fn liars(&self) -> impl Iterator<Item = (usize, Lie)> {
        self.faults.iter().filter_map(|fault| match fault {
            Fault::Lies(machine, lie) => Some((*machine, *lie)),
            _ => None,
        })
    }

    /// The machines whose votes are not checked.
    pub fn unaccountable(&self) -> impl Iterator<Item = usize> {
        let set_back = self.faults.iter().filter_map(|fault| match fault {
            Fault::Damages { machine, is_set_back: true, .. } => Some(*machine),
            _ => None,
        });
        self.liars().map(|(machine, _)| machine).chain(set_back)
    }

    fn is_bad(&self, machine: usize) -> bool {
        self.faults.iter().any(|fault| fault.limited_machine() == Some(machine))
    }

    fn add(&mut self, steps: impl IntoIterator<Item = (u64, Step)>) {
        self.faults.push(Fault::Happens(steps.into_iter().collect()));
    }
}

/// Draws the faults of a world.
pub fn draw(profile: &Profile, dice: &mut Dice) -> Plan {
    let machines = profile.weights.len() + usize::from(profile.followers);
    if profile.must_break {
        return conspire(profile);
    }
    if !profile.has_faults {
        return Plan::default();
    }
    let mut plan = Plan::default();
    for _ in 0..profile.liars_max {
        if profile.has(Play::Joins) && dice.chance(300) {
            lose_store(profile, &mut plan, dice);
        } else {
            choose_liar(profile, &mut plan, dice);
        }
    }
    if dice.chance(500) {
        plan.halves = Some((0..machines).map(|_| dice.index(2)).collect());
    }
    network(profile, &mut plan, machines, dice);
    if dice.chance(400) {
        let slow = (0..machines).map(|machine| (0, Step::SlowDisk(machine, 1 + dice.below(60)))).collect();
        plan.faults.push(Fault::Happens(slow));
    }
    let mut draw_count = |per_mille: u64, most: u64| if dice.chance(per_mille) { 1 + dice.below(most) } else { 0 };
    let [kills, pauses, clocks, writes, losses] =
        [draw_count(500, 4), draw_count(300, 3), draw_count(300, 3), draw_count(300, 2), draw_count(400, 2)];
    let has_step = dice.chance(200);
    let far_ms = clock_step_ms(dice);
    let end = profile.faults_us;
    let mut during = |most_us: u64| {
        let from = 200_000 + dice.below(end - 400_000);
        (from, (from + 20_000 + dice.below(most_us)).min(end - 1), dice.index(machines), dice.below(6_000))
    };
    for _ in 0..kills {
        let (from, until, machine, _) = during(1_500_000);
        plan.add([(from, Step::Kill(machine)), (until, Step::Start(machine))]);
    }
    for _ in 0..pauses {
        let (from, until, machine, _) = during(1_500_000);
        plan.add([(from, Step::Pause(machine)), (until, Step::Resume(machine))]);
    }
    for _ in 0..clocks {
        let (from, until, machine, off) = during(2_000_000);
        let off = i64::try_from(off).unwrap_or(0) - 3_000;
        plan.add([(from, Step::SetClock(machine, off)), (until, Step::SetClock(machine, 0))]);
    }
    // Only one clock steps by an arbitrary amount: a quorum of wrong clocks would make a wrong time valid.
    if has_step {
        let (from, until, machine, _) = during(2_000_000);
        plan.add([(from, Step::SetClock(machine, far_ms)), (until, Step::SetClock(machine, 0))]);
    }
    for _ in 0..writes {
        let (from, until, machine, _) = during(1_500_000);
        plan.add([(from, Step::FailWrite(machine)), (until, Step::Start(machine))]);
    }
    for _ in 0..losses {
        let (from, _, which, _) = during(1);
        let shard = u16::try_from(which).ok().filter(|shard| *shard < profile.shards);
        let mut steps = vec![(from, Step::LosePower(shard))];
        for machine in 0..machines {
            let (_, _, _, after) = during(1);
            steps.push((from + 10_000 + after * 100, Step::Start(machine)));
        }
        plan.add(steps);
    }
    if profile.has(Play::Joins) {
        empty_followers(profile, &mut plan, dice);
    }
    // Followers that may become members are honest.
    if profile.followers > 0 && !profile.has(Play::Members) && dice.chance(400) {
        plan.faults.push(Fault::Lies(machines - 1, Lie::Intruder));
    }
    plan
}

/// The size of a clock step in milliseconds: seconds to years, in either direction.
fn clock_step_ms(dice: &mut Dice) -> i64 {
    let size =
        i64::try_from(10_u64.saturating_pow(u32::try_from(dice.between(3, 11)).unwrap_or(3))).unwrap_or(i64::MAX);
    if dice.chance(500) { size } else { -size }
}

/// Erases all data of followers, of some more than once. They sign nothing, so they cannot contradict themselves.
fn empty_followers(profile: &Profile, plan: &mut Plan, dice: &mut Dice) {
    let late = profile.faults_us * 3 / 5;
    for _ in 0..dice.between(1, 4) {
        let follower = profile.weights.len() + dice.index(usize::from(profile.followers));
        plan.add([(profile.faults_us - 1 - dice.below(late), Step::Empty(follower, true))]);
    }
}

/// Erases a validator's stores and keeps its journals: it may join from a snapshot and must not contradict its votes.
/// Blocks that only it had stored are lost, so it counts against the limit of Byzantine weight.
fn lose_store(profile: &Profile, plan: &mut Plan, dice: &mut Dice) {
    let machine = dice.index(profile.weights.len());
    let all: u64 = profile.weights.iter().sum();
    if profile.weights[machine] * 3 < all && !plan.faults.iter().any(|fault| fault.limited_machine().is_some()) {
        let at = profile.faults_us - 1 - dice.below(profile.faults_us / 2);
        let steps = vec![(at, Step::Empty(machine, false))];
        plan.faults.push(Fault::Damages { machine, is_set_back: false, steps });
    }
}

/// Makes one more validator Byzantine or damages its disk, if the faulty validators then hold less than a third of the
/// weight.
fn choose_liar(profile: &Profile, plan: &mut Plan, dice: &mut Dice) {
    let bad = dice.index(profile.weights.len());
    let all: u64 = profile.weights.iter().sum();
    let is_bad = |machine: &usize| *machine == bad || plan.is_bad(*machine);
    let weight: u64 = (0..profile.weights.len()).filter(is_bad).map(|machine| profile.weights[machine]).sum();
    let is_new = !plan.is_bad(bad);
    let lie = match dice.below(11) {
        0 => Lie::Twin,
        1 => Lie::Silent,
        2 => Lie::Selective,
        3 | 4 => Lie::Mutator,
        5 => Lie::Historian,
        6 => Lie::Poisoner,
        7 => Lie::Flooder,
        8 => Lie::Usurper,
        9 if is_new && weight * 3 < all => return damage(profile, plan, bad, dice),
        _ => return,
    };
    if is_new && weight * 3 < all {
        plan.faults.push(Fault::Lies(bad, lie));
    }
}

/// Damages a disk, or restores it from a copy.
fn damage(profile: &Profile, plan: &mut Plan, machine: usize, dice: &mut Dice) {
    let third = profile.faults_us / 3;
    let at = third + dice.below(third);
    let (is_set_back, steps) = match dice.below(3) {
        0 => (false, vec![(at, Step::Rot(machine))]),
        kind => {
            let has_journal = kind == 1;
            let copied = 100_000 + dice.below(third);
            (has_journal, vec![(copied, Step::Copy(machine)), (at, Step::SetBack(machine, has_journal))])
        }
    };
    plan.faults.push(Fault::Damages { machine, is_set_back, steps });
}

fn network(profile: &Profile, plan: &mut Plan, machines: usize, dice: &mut Dice) {
    let mut some = |per_mille: u64, most: u64| if dice.chance(per_mille) { dice.below(most) } else { 0 };
    let conditions = Conditions {
        delay_us_min: 200,
        delay_us_max: 2_000 + some(500, 40_000),
        loss: some(500, 250),
        repeat: some(400, 200),
        hold_up: some(400, 150),
        replay: some(300, 60),
    };
    plan.add([(0, Step::Conditions(conditions))]);
    for _ in 0..if dice.chance(400) { dice.between(1, 3) } else { 0 } {
        let from = dice.below(profile.faults_us - 200_000);
        let until = (from + dice.below(2_000_000)).min(profile.faults_us - 1);
        let side: Vec<bool> = (0..machines).map(|_| dice.chance(500)).collect();
        let is_one_way = dice.chance(300);
        let mut steps = Vec::new();
        for left in 0..machines {
            for right in 0..machines {
                if side[left] && !side[right] {
                    steps.extend([(from, Step::Cut(left, right)), (until, Step::Mend(left, right))]);
                    if !is_one_way {
                        steps.extend([(from, Step::Cut(right, left)), (until, Step::Mend(right, left))]);
                    }
                }
            }
        }
        plan.add(steps);
    }
}

/// Runs the first `liars_max` validators twice. Each half reaches one half of the honest validators, and these two
/// halves cannot reach each other.
fn conspire(profile: &Profile) -> Plan {
    let validators = profile.weights.len();
    let machines = validators + usize::from(profile.followers);
    let half_of = |machine: usize| (machine + 1) % 2;
    let honest = profile.liars_max..machines;
    let mut plan = Plan {
        faults: (0..profile.liars_max).map(|machine| Fault::Lies(machine, Lie::Twin)).collect(),
        halves: Some((0..machines).map(half_of).collect()),
    };
    for left in honest.clone() {
        for right in honest.clone().filter(|right| half_of(*right) != half_of(left)) {
            plan.add([(0, Step::Cut(left, right))]);
        }
    }
    plan
}
