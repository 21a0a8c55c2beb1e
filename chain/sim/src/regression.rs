//! Seeds in which a bug shows when it is put back, kept for ever. Invariant: they run before anything else in every
//! run.
//!
//! A change of the simulator changes what a seed means, so each says what it showed; running the mutants shows that the
//! bugs would be found again.

use crate::{
    profile::Profile,
    run::{Outcome, run_seed},
};

/// A seed in which something once went wrong.
#[derive(Clone, Copy, Debug)]
pub struct Regression {
    /// The profile's name.
    pub profile: &'static str,
    /// The seed.
    pub seed: u64,
    /// What it showed.
    pub why: &'static str,
}

/// All of them.
pub const ALL: &[Regression] = &[
    Regression {
        profile: "faults",
        seed: 1,
        why: "a transaction that came again while its block was being written was proposed again",
    },
    Regression {
        profile: "faults",
        seed: 141,
        why: "a store older than its journal voted anew at the journal's height",
    },
    Regression {
        profile: "faults",
        seed: 4,
        why: "a false list of transactions under a true header stood before the true one for ever",
    },
    Regression {
        profile: "faults",
        seed: 44,
        why: "a peer's final block was taken with a false signature of an author",
    },
    Regression {
        profile: "faults",
        seed: 158,
        why: "a fresh block over a notarised one, which forks where it is accepted",
    },
    Regression { profile: "faults", seed: 53, why: "a block older than its parent" },
    Regression {
        profile: "faults",
        seed: 965,
        why: "a validator in the same view as its peers lacked a certificate that they rested on",
    },
];

/// Runs all of them; those that fail again.
pub fn run_all() -> Vec<(Regression, Outcome)> {
    let run = |one: &Regression| Profile::named(one.profile).map(|profile| (*one, run_seed(profile, one.seed, false)));
    ALL.iter().filter_map(run).filter(|(_, outcome)| !outcome.is_good()).collect()
}
