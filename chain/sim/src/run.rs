//! Running worlds: one, or many on all cores. Invariant: the outcome of a seed does not depend on what ran before it.

use crate::{oracle::Violation, profile::Profile, scenario::Scenario, world::World};
use chain_types::mutant::Mutant;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a world ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// The hash of all that happened.
    pub trace: u64,
    /// How many blocks became final.
    pub blocks: u64,
    /// How long it took in its own time, in microseconds.
    pub lasted_us: u64,
    /// How many epochs the beacon's shard began after the first.
    pub epochs: u64,
    /// How many convictions there were.
    pub convictions: u64,
    /// How many messages arrived, and how many bundles were committed and aborted.
    pub trade: [u64; 3],
    /// How many seats changed hands.
    pub seats: u64,
    /// How many times a process joined from a snapshot.
    pub joins: u64,
    /// What was violated.
    pub violations: Vec<Violation>,
    /// What happened, when asked for.
    pub log: Vec<String>,
}

impl Outcome {
    /// Whether everything held.
    pub const fn is_good(&self) -> bool {
        self.violations.is_empty()
    }

    /// The invariant that broke first, by the word that its violations begin with.
    pub fn broken(&self) -> Option<&str> {
        let first = self.violations.first()?;
        first.what.split(':').next()
    }
}

/// Runs the world of one seed, with everything that it draws.
pub fn run_seed(profile: &Profile, seed: u64, is_verbose: bool) -> Outcome {
    run(&Scenario::of(*profile, seed), is_verbose)
}

/// Runs the world of a scenario.
///
/// A panic anywhere in it is a violation like any other.
pub fn run(scenario: &Scenario, is_verbose: bool) -> Outcome {
    let run = || run_world(scenario, is_verbose);
    std::panic::catch_unwind(run).unwrap_or_else(|_| Outcome {
        seed: scenario.seed,
        trace: 0,
        blocks: 0,
        lasted_us: 0,
        epochs: 0,
        convictions: 0,
        trade: [0; 3],
        seats: 0,
        joins: 0,
        violations: vec![Violation { at_us: 0, what: "panic: the code under test stopped".to_owned() }],
        log: Vec::new(),
    })
}

fn run_world(scenario: &Scenario, is_verbose: bool) -> Outcome {
    let mut world = World::new(scenario);
    world.log = is_verbose.then(Vec::new);
    world.run();
    Outcome {
        seed: scenario.seed,
        trace: world.trace(),
        blocks: world.blocks(),
        lasted_us: world.now_us,
        epochs: world.oracle.committees.present(chain_types::ShardId(0)).0,
        convictions: world.oracle.beacon.as_ref().map_or(0, crate::oracle::beacon::Beacon::convictions),
        trade: world.oracle.trade.counts(),
        seats: world.oracle.beacon.as_ref().map_or(0, crate::oracle::beacon::Beacon::changes),
        joins: world.oracle.joining.count(),
        log: world.log.take().unwrap_or_default(),
        violations: std::mem::take(&mut world.oracle.violations),
    }
}

/// Runs many seeds on so many threads, until `is_enough` says so; the outcomes in the order of their seeds.
pub fn run_seeds(
    profile: &Profile,
    seeds: std::ops::Range<u64>,
    threads: usize,
    mutant: Option<Mutant>,
    is_enough: impl Fn(&Outcome) -> bool + Sync,
) -> Vec<Outcome> {
    let next = AtomicU64::new(seeds.start);
    let work = || {
        activate(mutant);
        let mut outcomes = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return outcomes;
            }
            let outcome = run_seed(profile, seed, false);
            if is_enough(&outcome) {
                next.store(seeds.end, Ordering::Relaxed);
            }
            outcomes.push(outcome);
        }
    };
    let mut outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a panic in a world is caught")).collect()
    });
    outcomes.sort_by_key(|outcome| outcome.seed);
    outcomes
}

#[cfg(waymark_mutants)]
fn activate(mutant: Option<Mutant>) {
    chain_types::mutant::activate(mutant);
}

#[cfg(not(waymark_mutants))]
const fn activate(_: Option<Mutant>) {}
