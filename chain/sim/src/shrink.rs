//! Reduces a failing scenario to a smaller one by delta debugging. Invariant: the result violates the same invariant as
//! the original. The reduction depends on the scenario alone, never on the machine.
//!
//! The method is that of Zeller and Hildebrandt (2002) without the complement step. It omits parts as long as the same
//! invariant is violated: first half of the list at a time, finally single elements.

use crate::{
    run::{Outcome, run},
    scenario::{Pick, Scenario},
    workload,
};

/// The budget for a failing seed among many, in simulated seconds; about 15 seconds of real time.
pub const BUDGET_S: u64 = 1_200;
/// The budget for one seed under `--shrink`, in simulated seconds.
pub const BUDGET_ALONE_S: u64 = 12_000;
/// The resolution of the fault period, in milliseconds.
const LENGTH_STEP_MS: u64 = 100;

/// A reduced scenario.
#[derive(Clone, Debug)]
pub struct Shrunk {
    pub scenario: Scenario,
    pub outcome: Outcome,
    /// The number of worlds that were run.
    pub runs: usize,
}

/// Reduces a failing scenario within `budget_s` simulated seconds.
pub fn shrink(scenario: &Scenario, outcome: Outcome, budget_s: u64) -> Shrunk {
    let shrunk = Shrunk { scenario: scenario.clone(), outcome, runs: 0 };
    let mut search = Search { shrunk, left_us: budget_s.saturating_mul(1_000_000) };
    search.faults();
    search.length();
    search.wishes();
    // A shorter run with fewer transactions may need fewer faults.
    search.faults();
    search.shrunk
}

struct Search {
    shrunk: Shrunk,
    left_us: u64,
}

impl Search {
    /// Runs a smaller scenario, and keeps it if the same invariant is violated.
    fn try_out(&mut self, scenario: Scenario) -> bool {
        if self.left_us == 0 {
            return false;
        }
        let outcome = run(&scenario, false);
        self.left_us = self.left_us.saturating_sub(outcome.lasted_us.max(1));
        self.shrunk.runs += 1;
        let is_same = outcome.broken() == self.shrunk.outcome.broken();
        if is_same {
            (self.shrunk.scenario, self.shrunk.outcome) = (scenario, outcome);
        }
        is_same
    }

    fn faults(&mut self) {
        let profile = self.shrunk.scenario.drawn_profile();
        let all = Scenario::of(profile, self.shrunk.scenario.seed).plan().faults.len();
        let with = |scenario: &Scenario, faults| Scenario { faults, ..scenario.clone() };
        self.reduce(all, |scenario| &scenario.faults, with);
    }

    fn wishes(&mut self) {
        let all = workload::count(&self.shrunk.scenario.drawn_profile());
        let with = |scenario: &Scenario, wishes| Scenario { wishes, ..scenario.clone() };
        self.reduce(all, |scenario| &scenario.wishes, with);
    }

    /// Omits as many elements as possible from a list of length `all`.
    fn reduce(&mut self, all: usize, pick: impl Fn(&Scenario) -> &Pick, with: impl Fn(&Scenario, Pick) -> Scenario) {
        let mut remaining: Vec<usize> = (0..all).filter(|number| pick(&self.shrunk.scenario).has(*number)).collect();
        let mut size = remaining.len();
        while size > 0 {
            let mut from = 0;
            while from < remaining.len() {
                let end = remaining.len().min(from + size);
                let rest: Vec<_> = remaining[..from].iter().chain(&remaining[end..]).copied().collect();
                let smaller = with(&self.shrunk.scenario, Pick::Only(rest.iter().copied().collect()));
                if self.try_out(smaller) {
                    remaining = rest;
                } else {
                    from = end;
                }
            }
            size /= 2;
        }
    }

    /// Finds an early end of the fault period by bisection.
    fn length(&mut self) {
        let (mut low, mut high) = (0, self.shrunk.scenario.effective_profile().faults_us / 1_000 / LENGTH_STEP_MS);
        while low + 1 < high {
            let middle = low.midpoint(high);
            let until_ms = Some(middle * LENGTH_STEP_MS);
            if self.try_out(Scenario { until_ms, ..self.shrunk.scenario.clone() }) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }
}
