//! Seeds that once found a bug. Invariant: every run of many seeds begins with these seeds.
//!
//! A change of the simulator changes the meaning of a seed, so each entry records what it found. The mutation tests
//! show that the bugs would be found again.

use crate::{
    profile::Profile,
    run::{Outcome, run_seed},
};

/// A seed that once found a bug.
#[derive(Clone, Copy, Debug)]
pub struct Regression {
    /// The name of the profile.
    pub profile: &'static str,
    pub seed: u64,
    /// The bug that it found.
    pub why: &'static str,
}

/// All regression seeds.
pub const ALL: &[Regression] = &[
    Regression {
        profile: "faults",
        seed: 1,
        why: "a transaction that arrived again while its block was being written was proposed again",
    },
    Regression {
        profile: "faults",
        seed: 141,
        why: "a store older than its journal voted again at the journal's height",
    },
    Regression {
        profile: "faults",
        seed: 4,
        why: "a wrong transaction list under a true header permanently blocked the true list",
    },
    Regression {
        profile: "faults",
        seed: 44,
        why: "a peer's final block was accepted with an invalid author's signature",
    },
    Regression {
        profile: "faults",
        seed: 158,
        why: "a new block in place of a notarised one, which forks the chain if accepted",
    },
    Regression { profile: "faults", seed: 53, why: "a block older than its parent" },
    Regression {
        profile: "faults",
        seed: 965,
        why: "a validator in the same view as its peers lacked a certificate that they relied on",
    },
];

/// Runs all of them and returns those that fail.
pub fn run_all() -> Vec<(Regression, Outcome)> {
    let run = |one: &Regression| Profile::named(one.profile).map(|profile| (*one, run_seed(profile, one.seed, false)));
    ALL.iter().filter_map(run).filter(|(_, outcome)| !outcome.is_good()).collect()
}
