//! What goes wrong in a world, drawn from its seed. Invariant: every fault has ended when the faulty time ends, except
//! that liars go on lying; and disks that are damaged or set back belong to at most as many validators as may lie.

use crate::{
    dice::Dice,
    network::Conditions,
    profile::{Play, Profile},
};

/// One thing that is done to a world.
#[derive(Clone, Debug)]
pub enum Step {
    /// One machine's messages do not reach another.
    Cut(usize, usize),
    /// They do again.
    Mend(usize, usize),
    /// A machine's processes are killed; what the operating system was given reaches their disks.
    Kill(usize),
    /// The processes of a shard, or all, lose power at once.
    LosePower(Option<u16>),
    /// A machine's processes start, those that do not run.
    Start(usize),
    /// A machine stands still.
    Pause(usize),
    /// It goes on.
    Resume(usize),
    /// A machine's clock is off by so many milliseconds.
    SetClock(usize, i64),
    /// A machine's disk takes so many times as long.
    SlowDisk(usize, u64),
    /// The next write of a machine fails: the sync is refused, or there is no room.
    FailWrite(usize),
    /// A bit of a machine's stores changes, and the machine restarts.
    Rot(usize),
    /// An operator copies a machine's disks.
    Copy(usize),
    /// An operator puts the copy back: the stores, and the journals when it says so.
    SetBack(usize, bool),
    /// A machine's stores are lost, and its journals when it says so; it starts as if it were new.
    Empty(usize, bool),
    /// The network treats messages like this from now on.
    Conditions(Conditions),
}

/// How a validator lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// It runs twice, with one key and two disks, and both halves speak.
    Twin,
    /// It says nothing.
    Silent,
    /// It says each thing to some only.
    Selective,
    /// It signs changed messages and invents others.
    Mutator,
    /// It leads: what it proposes is proposed to one under a false list of transactions, it helps to notarise it, and
    /// it never helps to finalise anything.
    Poisoner,
    /// It helps nobody to finalise, and where it should propose a notarised block again it proposes one of its own.
    Usurper,
    /// It says a great many things about blocks that do not exist.
    Flooder,
    /// It answers who lacks blocks with forged ones, and claims to be far ahead.
    Historian,
    /// It follows, and sends what only a member may send, what no block could hold, and heights that there are not.
    Intruder,
}

impl Lie {
    /// Whether it lies by what it says, and not by whom it says it to.
    pub const fn is_of_words(self) -> bool {
        !matches!(self, Self::Twin | Self::Silent | Self::Selective)
    }
}

/// Steps with their times, in microseconds since the start.
type Steps = Vec<(u64, Step)>;

/// One fault: what begins it together with what ends it, so that a plan can do without any of them.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A validator lies, or a follower.
    Lies(usize, Lie),
    /// A validator's disk is damaged or set back; it counts as a liar, though not all of them may lie.
    Damages {
        /// Which validator.
        machine: usize,
        /// Whether its journals are set back: nothing is asked of its votes.
        is_set_back: bool,
        /// How.
        steps: Steps,
    },
    /// Something happens to machines, disks, clocks or the network.
    Happens(Steps),
}

impl Fault {
    /// Its steps.
    pub fn steps(&self) -> &[(u64, Step)] {
        match self {
            Self::Lies(..) => &[],
            Self::Damages { steps, .. } | Self::Happens(steps) => steps,
        }
    }

    /// Leaves steps out.
    pub fn retain_steps(&mut self, is_kept: impl Fn(&(u64, Step)) -> bool) {
        match self {
            Self::Lies(..) => {}
            Self::Damages { steps, .. } | Self::Happens(steps) => steps.retain(is_kept),
        }
    }

    /// The validator that counts as a liar for it.
    const fn bad(&self) -> Option<usize> {
        match self {
            Self::Lies(machine, _) | Self::Damages { machine, .. } => Some(*machine),
            Self::Happens(_) => None,
        }
    }
}

/// What goes wrong in a world.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// All of it, in the order drawn.
    pub faults: Vec<Fault>,
    /// For twins: which half of it each machine talks to; `None` when both halves talk to all.
    pub halves: Option<Vec<usize>>,
}

impl Plan {
    /// What happens when.
    pub fn steps(&self) -> impl Iterator<Item = &(u64, Step)> {
        self.faults.iter().flat_map(Fault::steps)
    }

    /// Which validators lie, and how.
    pub fn liars(&self) -> impl Iterator<Item = (usize, Lie)> {
        self.faults.iter().filter_map(|fault| match fault {
            Fault::Lies(machine, lie) => Some((*machine, *lie)),
            _ => None,
        })
    }

    /// Those of whose votes nothing is asked.
    pub fn unaccountable(&self) -> impl Iterator<Item = usize> {
        let set_back = self.faults.iter().filter_map(|fault| match fault {
            Fault::Damages { machine, is_set_back: true, .. } => Some(*machine),
            _ => None,
        });
        self.liars().map(|(machine, _)| machine).chain(set_back)
    }

    fn is_bad(&self, machine: usize) -> bool {
        self.faults.iter().any(|fault| fault.bad() == Some(machine))
    }

    fn add(&mut self, steps: impl IntoIterator<Item = (u64, Step)>) {
        self.faults.push(Fault::Happens(steps.into_iter().collect()));
    }
}

/// Draws what goes wrong.
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
    let mut often = |per_mille: u64, most: u64| if dice.chance(per_mille) { 1 + dice.below(most) } else { 0 };
    let [kills, pauses, clocks, writes, losses] =
        [often(500, 4), often(300, 3), often(300, 3), often(300, 2), often(400, 2)];
    let has_step = dice.chance(200);
    let far = step(dice);
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
    // One clock alone steps by any amount: a quorum of wrong clocks is a wrong time.
    if has_step {
        let (from, until, machine, _) = during(2_000_000);
        plan.add([(from, Step::SetClock(machine, far)), (until, Step::SetClock(machine, 0))]);
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
        newcomers(profile, &mut plan, dice);
    }
    // Where followers may become members they are honest.
    if profile.followers > 0 && !profile.has(Play::Members) && dice.chance(400) {
        plan.faults.push(Fault::Lies(machines - 1, Lie::Intruder));
    }
    plan
}

/// By how many milliseconds a clock steps: by seconds or by years, either way.
fn step(dice: &mut Dice) -> i64 {
    let size =
        i64::try_from(10_u64.saturating_pow(u32::try_from(dice.between(3, 11)).unwrap_or(3))).unwrap_or(i64::MAX);
    if dice.chance(500) { size } else { -size }
}

/// Followers lose all that they have, some of them more than once; who signs nothing may.
fn newcomers(profile: &Profile, plan: &mut Plan, dice: &mut Dice) {
    let late = profile.faults_us * 3 / 5;
    for _ in 0..dice.between(1, 4) {
        let follower = profile.weights.len() + dice.index(usize::from(profile.followers));
        plan.add([(profile.faults_us - 1 - dice.below(late), Step::Empty(follower, true))]);
    }
}

/// A validator's stores are lost and its journals are not: it may join, and must not contradict what it said. What it
/// alone stored is gone all the same, so it counts as one that lies.
fn lose_store(profile: &Profile, plan: &mut Plan, dice: &mut Dice) {
    let machine = dice.index(profile.weights.len());
    let all: u64 = profile.weights.iter().sum();
    if profile.weights[machine] * 3 < all && !plan.faults.iter().any(|fault| fault.bad().is_some()) {
        let at = profile.faults_us - 1 - dice.below(profile.faults_us / 2);
        let steps = vec![(at, Step::Empty(machine, false))];
        plan.faults.push(Fault::Damages { machine, is_set_back: false, steps });
    }
}

/// Makes one more validator a liar, or damages its disk, if all that do not count then still have less than a third.
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

/// A disk is damaged or set back.
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

/// The first half of the validators run twice each, and show one half of themselves to each of the others, who do not
/// hear each other.
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
