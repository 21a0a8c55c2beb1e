//! Runs one world, or the worlds of many seeds on several threads. Invariant: the outcome of a seed depends on its
//! scenario and mutant (a deliberate bug) alone.

use crate::{oracle::Violation, profile::Profile, scenario::Scenario, world::World};
use chain_types::mutant::Mutant;
use std::sync::atomic::{AtomicU64, Ordering};

/// The outcome of a world.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub seed: u64,
    /// The hash of all events.
    pub trace: u64,
    /// The number of final blocks on all shards.
    pub blocks: u64,
    /// The simulated duration, in microseconds.
    pub lasted_us: u64,
    /// The number of epochs that shard 0 began after the first.
    pub epochs: u64,
    /// The number of convictions.
    pub convictions: u64,
    /// The number of messages that arrived, of committed bundles and of aborted bundles.
    pub trade: [u64; 3],
    /// The number of seat changes.
    pub seats: u64,
    /// The number of joins from a snapshot.
    pub joins: u64,
    pub violations: Vec<Violation>,
    /// The log; empty unless requested.
    pub log: Vec<String>,
}

impl Outcome {
    /// Whether no invariant was violated.
    pub const fn is_good(&self) -> bool {
        self.violations.is_empty()
    }

    /// The first violated invariant: the word before the colon of its violation.
    pub fn broken(&self) -> Option<&str> {
        let first = self.violations.first()?;
        first.what.split(':').next()
    }
}

/// Runs the world of one seed with everything that it draws.
pub fn run_seed(profile: &Profile, seed: u64, is_verbose: bool) -> Outcome {
    run(&Scenario::of(*profile, seed), is_verbose)
}

/// Runs the world of a scenario.
///
/// A panic in it counts as a violation.
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
        violations: vec![Violation { at_us: 0, what: "panic: the code under test panicked".to_owned() }],
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

/// Runs seeds, with a mutant if one is given, on `threads` threads until `is_enough` returns true for an outcome.
/// Returns the outcomes in the order of their seeds.
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
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("run() catches panics, so no worker panics"))
            .collect()
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
