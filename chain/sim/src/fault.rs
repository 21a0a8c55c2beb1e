//! What goes wrong in a world, drawn from its seed. Invariant: every fault has ended when the faulty time ends, except
//! that liars go on lying; and disks that are damaged or set back belong to at most as many validators as may lie.

use crate::{dice::Dice, network::Conditions, profile::Profile};

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
    /// It leads: what it proposes is proposed to one under a false list of transactions, it helps to notarise it, and it
    /// never helps to finalise anything.
    Poisoner,
    /// It helps nobody to finalise, and where it should propose a notarised block again it proposes one of its own.
    Usurper,
    /// It says a great many things about blocks that do not exist.
    Flooder,
    /// It answers who lacks blocks with forged ones, and claims to be far ahead.
    Historian,
}

/// What goes wrong in a world.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What happens when, in microseconds since the start.
    pub steps: Vec<(u64, Step)>,
    /// Which validators lie, and how.
    pub liars: Vec<(usize, Lie)>,
    /// Validators whose disks are damaged or set back; they count as liars, though not all of them may lie.
    pub damaged: Vec<usize>,
    /// Those of them whose journals are set back: nothing is asked of their votes.
    pub set_back: Vec<usize>,
    /// For twins: which half of it each machine talks to; `None` when both halves talk to all.
    pub halves: Option<Vec<usize>>,
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
        choose_liar(profile, &mut plan, dice);
    }
    if dice.chance(500) {
        plan.halves = Some((0..machines).map(|_| dice.index(2)).collect());
    }
    network(profile, &mut plan, machines, dice);
    if dice.chance(400) {
        for machine in 0..machines {
            plan.steps.push((0, Step::SlowDisk(machine, 1 + dice.below(60))));
        }
    }
    let mut often = |per_mille: u64, most: u64| if dice.chance(per_mille) { 1 + dice.below(most) } else { 0 };
    let [kills, pauses, clocks, writes, losses] =
        [often(500, 4), often(300, 3), often(300, 3), often(300, 2), often(400, 2)];
    let end = profile.faults_us;
    let mut during = |most_us: u64| {
        let from = 200_000 + dice.below(end - 400_000);
        (from, (from + 20_000 + dice.below(most_us)).min(end - 1), dice.index(machines), dice.below(6_000))
    };
    for _ in 0..kills {
        let (from, until, machine, _) = during(1_500_000);
        plan.steps.extend([(from, Step::Kill(machine)), (until, Step::Start(machine))]);
    }
    for _ in 0..pauses {
        let (from, until, machine, _) = during(1_500_000);
        plan.steps.extend([(from, Step::Pause(machine)), (until, Step::Resume(machine))]);
    }
    for _ in 0..clocks {
        let (from, until, machine, off) = during(2_000_000);
        let off = i64::try_from(off).unwrap_or(0) - 3_000;
        plan.steps.extend([(from, Step::SetClock(machine, off)), (until, Step::SetClock(machine, 0))]);
    }
    for _ in 0..writes {
        let (from, until, machine, _) = during(1_500_000);
        plan.steps.extend([(from, Step::FailWrite(machine)), (until, Step::Start(machine))]);
    }
    for _ in 0..losses {
        let (from, _, which, _) = during(1);
        let shard = u16::try_from(which).ok().filter(|shard| *shard < profile.shards);
        plan.steps.push((from, Step::LosePower(shard)));
        for machine in 0..machines {
            let (_, _, _, after) = during(1);
            plan.steps.push((from + 10_000 + after * 100, Step::Start(machine)));
        }
    }
    plan
}

/// Makes one more validator a liar, or damages its disk, if all that do not count then still have less than a third.
fn choose_liar(profile: &Profile, plan: &mut Plan, dice: &mut Dice) {
    let bad = dice.index(profile.weights.len());
    let all: u64 = profile.weights.iter().sum();
    let is_bad = |machine: &usize| {
        *machine == bad || plan.damaged.contains(machine) || plan.liars.iter().any(|(liar, _)| liar == machine)
    };
    let weight: u64 = (0..profile.weights.len()).filter(is_bad).map(|machine| profile.weights[machine]).sum();
    let is_new = !plan.damaged.contains(&bad) && !plan.liars.iter().any(|(liar, _)| *liar == bad);
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
        plan.liars.push((bad, lie));
    }
}

/// A disk is damaged or set back.
fn damage(profile: &Profile, plan: &mut Plan, machine: usize, dice: &mut Dice) {
    let third = profile.faults_us / 3;
    let at = third + dice.below(third);
    plan.damaged.push(machine);
    match dice.below(3) {
        0 => plan.steps.push((at, Step::Rot(machine))),
        kind => {
            let has_journal = kind == 1;
            if has_journal {
                plan.set_back.push(machine);
            }
            let copied = 100_000 + dice.below(third);
            plan.steps.extend([(copied, Step::Copy(machine)), (at, Step::SetBack(machine, has_journal))]);
        }
    }
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
    plan.steps.push((0, Step::Conditions(conditions)));
    for _ in 0..if dice.chance(400) { dice.between(1, 3) } else { 0 } {
        let from = dice.below(profile.faults_us - 200_000);
        let until = (from + dice.below(2_000_000)).min(profile.faults_us - 1);
        let side: Vec<bool> = (0..machines).map(|_| dice.chance(500)).collect();
        let is_one_way = dice.chance(300);
        for left in 0..machines {
            for right in 0..machines {
                if side[left] && !side[right] {
                    plan.steps.extend([(from, Step::Cut(left, right)), (until, Step::Mend(left, right))]);
                    if !is_one_way {
                        plan.steps.extend([(from, Step::Cut(right, left)), (until, Step::Mend(right, left))]);
                    }
                }
            }
        }
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
        liars: (0..profile.liars_max).map(|machine| (machine, Lie::Twin)).collect(),
        halves: Some((0..machines).map(half_of).collect()),
        ..Plan::default()
    };
    for left in honest.clone() {
        for right in honest.clone().filter(|right| half_of(*right) != half_of(left)) {
            plan.steps.push((0, Step::Cut(left, right)));
        }
    }
    plan
}
