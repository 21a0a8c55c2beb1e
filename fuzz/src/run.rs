//! Runs a target. Invariant: a failure is kept in the corpus before the test ends.

use crate::{corpus, mutate};
use rand::{SeedableRng as _, rngs::StdRng};
use rustix::time::{ClockId, clock_gettime};
use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::{Duration, Instant},
};

/// The maximum number of inputs that are changed further.
const POOL_MAX: usize = 2_000;
/// The number of runs of which the fastest counts, before an input is called slow: caches may be cold.
const RUNS_OF_SLOW: u32 = 4;

/// A decoder under test.
#[derive(Clone, Copy, Debug)]
pub struct Target<'t> {
    /// The name of the target and of its folder in the corpus.
    pub name: &'t str,
    /// Words that its inputs contain.
    pub words: &'t [&'t str],
    /// Inputs to begin with, besides those of the corpus.
    pub examples: &'t [&'t str],
    /// The processor time that any input may take, in microseconds.
    pub base_us: u64,
    /// The further time for each byte of the input, in nanoseconds.
    pub byte_ns: u64,
}

impl Target<'_> {
    fn may_take(&self, input: &[u8]) -> Duration {
        let bytes = u64::try_from(input.len()).unwrap_or(u64::MAX);
        Duration::from_micros(self.base_us) + Duration::from_nanos(self.byte_ns.saturating_mul(bytes))
    }
}

/// Runs `check` on random inputs for the time of each target. `check` panics when a property does not hold, and returns
/// its outcome: inputs with a new one are changed further.
///
/// # Panics
/// When `check` panics, or takes longer than its input may take.
pub fn fuzz(target: &Target<'_>, check: impl Fn(&[u8]) -> String) {
    fuzz_from(target, Vec::new(), check);
}

/// Like [`fuzz`], with further inputs to begin with.
///
/// # Panics
/// As [`fuzz`].
pub fn fuzz_from(target: &Target<'_>, examples: Vec<Vec<u8>>, check: impl Fn(&[u8]) -> String) {
    let setting = |name: &str, default: u64| {
        std::env::var(name).ok().map_or(default, |text| text.parse().expect("a whole number"))
    };
    let time = Duration::from_secs(setting("WAYMARK_FUZZ_SECONDS", 2));
    let mut random = StdRng::seed_from_u64(setting("WAYMARK_FUZZ_SEED", 1));
    let mut pool = corpus::read(target.name);
    pool.extend(examples);
    pool.extend(target.examples.iter().map(|text| text.as_bytes().to_vec()));
    pool.push(Vec::new());
    let mut outcomes = HashSet::new();
    for input in &pool {
        outcomes.insert(run(target, &check, input));
    }
    let (begun, mut runs) = (Instant::now(), 0_u64);
    while begun.elapsed() < time {
        let input = mutate::mutate(&pool, target.words, &mut random);
        let outcome = run(target, &check, &input);
        runs += 1;
        if pool.len() < POOL_MAX && outcomes.insert(outcome) {
            pool.push(input);
        }
    }
    assert!(runs > 0, "the time is too short for one input");
    eprintln!("{}: {runs} inputs, {} outcomes", target.name, outcomes.len());
}

fn run(target: &Target<'_>, check: &impl Fn(&[u8]) -> String, input: &[u8]) -> String {
    let once = || {
        let begun = processor_time();
        let outcome = catch_unwind(AssertUnwindSafe(|| check(input)));
        (processor_time().saturating_sub(begun), outcome)
    };
    let (mut fastest, outcome) = once();
    let outcome = outcome.unwrap_or_else(|panic| {
        eprintln!("{}: this input panics: {}", target.name, corpus::keep(target.name, input).display());
        resume_unwind(panic)
    });
    let mut runs = 1;
    while fastest > target.may_take(input) && runs < RUNS_OF_SLOW {
        fastest = fastest.min(once().0);
        runs += 1;
    }
    if fastest > target.may_take(input) {
        let path = corpus::keep(target.name, input);
        panic!("{}: {} bytes take {fastest:?}: {}", target.name, input.len(), path.display());
    }
    outcome
}

/// The time that processors have worked for this thread. Time that other processes take does not count.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a time since the thread began is not negative")
}
