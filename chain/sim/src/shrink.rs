//! Reducing a failing world to the least that still fails. Invariant: what is found breaks the same invariant as what
//! it was found from, and how far it is reduced depends on the scenario alone, never on the machine.
//!
//! Delta debugging (Zeller and Hildebrandt 2002) without the complement step: parts are left out, half of the rest at
//! first and one by one at last, for as long as the same invariant breaks.

use crate::{
    run::{Outcome, run},
    scenario::{Pick, Scenario},
    workload,
};

/// How many simulated seconds a failing seed of many may cost; about a quarter of a minute of true time.
pub const BUDGET_S: u64 = 1_200;
/// How many the reduction of one seed may cost that was asked for by itself.
pub const BUDGET_ALONE_S: u64 = 12_000;
/// The steps of the length of a run, in milliseconds.
const LENGTH_STEP_MS: u64 = 100;

/// A reduced world.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// What is left.
    pub scenario: Scenario,
    /// How that ends.
    pub outcome: Outcome,
    /// How many worlds were run to find it.
    pub runs: usize,
}

/// Reduces a scenario that ended badly, for as many simulated seconds as `budget_s` at most.
pub fn shrink(scenario: &Scenario, outcome: Outcome, budget_s: u64) -> Shrunk {
    let shrunk = Shrunk { scenario: scenario.clone(), outcome, runs: 0 };
    let mut search = Search { shrunk, left_us: budget_s.saturating_mul(1_000_000) };
    search.faults();
    search.length();
    search.wishes();
    // What a long run with many transactions needed, a short one may not.
    search.faults();
    search.shrunk
}

struct Search {
    shrunk: Shrunk,
    left_us: u64,
}

impl Search {
    /// Runs a smaller scenario, and goes on from it when the same invariant breaks.
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
        let kind = self.shrunk.scenario.kind();
        let all = Scenario::of(kind, self.shrunk.scenario.seed).plan().faults.len();
        let with = |scenario: &Scenario, faults| Scenario { faults, ..scenario.clone() };
        self.reduce(all, |scenario| &scenario.faults, with);
    }

    fn wishes(&mut self) {
        let all = workload::count(&self.shrunk.scenario.kind());
        let with = |scenario: &Scenario, wishes| Scenario { wishes, ..scenario.clone() };
        self.reduce(all, |scenario| &scenario.wishes, with);
    }

    /// Leaves out what can be left out of a list of this length.
    fn reduce(&mut self, all: usize, pick: impl Fn(&Scenario) -> &Pick, with: impl Fn(&Scenario, Pick) -> Scenario) {
        let mut kept: Vec<usize> = (0..all).filter(|number| pick(&self.shrunk.scenario).has(*number)).collect();
        let mut size = kept.len();
        while size > 0 {
            let mut from = 0;
            while from < kept.len() {
                let end = kept.len().min(from + size);
                let rest: Vec<_> = kept[..from].iter().chain(&kept[end..]).copied().collect();
                let smaller = with(&self.shrunk.scenario, Pick::Only(rest.iter().copied().collect()));
                if self.try_out(smaller) {
                    kept = rest;
                } else {
                    from = end;
                }
            }
            size /= 2;
        }
    }

    /// Lets everything heal as early as it can be, by bisection.
    fn length(&mut self) {
        let (mut low, mut high) = (0, self.shrunk.scenario.world().faults_us / 1_000 / LENGTH_STEP_MS);
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
