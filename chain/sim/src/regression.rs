//! Seeds that once showed a bug, kept for ever. Invariant: they run before anything else in every run.
//!
//! A change of the simulator changes what a seed means, so each says what it showed; the mutant of the same name shows
//! that the bug would be found again.

use crate::{
    profile::Profile,
    run::{Outcome, run_seed},
};

/// A seed that once failed.
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
pub const ALL: &[Regression] = &[];

/// Runs all of them; those that fail again.
pub fn run_all() -> Vec<(Regression, Outcome)> {
    let run = |one: &Regression| Profile::named(one.profile).map(|profile| (*one, run_seed(profile, one.seed, false)));
    ALL.iter().filter_map(run).filter(|(_, outcome)| !outcome.is_good()).collect()
}
