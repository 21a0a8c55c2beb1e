//! Tests the reduction of failing seeds. The reduced scenario is smaller, violates the same invariant, and repeats
//! exactly.

use chain_sim::{
    profile::Profile,
    run::{Outcome, run, run_seeds},
    scenario::{Pick, Scenario},
    shrink::{BUDGET_S, Shrunk, shrink},
    workload,
};
use std::collections::BTreeSet;

fn profile(name: &str) -> Profile {
    *Profile::named(name).expect("the profile exists")
}

/// Asserts what holds for every reduction. Returns the number of faults before and after.
fn assert_reduced(whole: &Scenario, outcome: &Outcome, shrunk: &Shrunk) -> (usize, usize) {
    assert_eq!(shrunk.outcome.broken(), outcome.broken(), "the same invariant is broken");
    let again = run(&shrunk.scenario, false);
    assert_eq!((again.trace, again.violations), (shrunk.outcome.trace, shrunk.outcome.violations.clone()));
    (whole.plan().faults.len(), shrunk.scenario.plan().faults.len())
}

#[test]
fn shrinking_a_conspiracy_keeps_the_conspirators_and_the_cut() {
    let conspiracy = profile("traitors");
    let broke = |outcome: &&Outcome| outcome.broken() == Some("agreement");
    let outcomes = run_seeds(&conspiracy, 0..8, 2, None, |_| false);
    let outcome = outcomes.iter().find(broke).expect("agreement breaks in some seed");
    let whole = Scenario::of(conspiracy, outcome.seed);
    let shrunk = shrink(&whole, outcome.clone(), BUDGET_S);
    let (_, left) = assert_reduced(&whole, outcome, &shrunk);
    assert!(left >= 2, "one Byzantine validator of four cannot break agreement");
    let Pick::Only(wishes) = &shrunk.scenario.wishes else { panic!("transactions were left out") };
    assert!(wishes.len() < workload::count(&conspiracy) / 2, "{} transactions are left", wishes.len());
}

#[test]
fn without_a_budget_nothing_is_omitted() {
    let conspiracy = profile("traitors");
    let whole = Scenario::of(conspiracy, 0);
    let shrunk = shrink(&whole, run(&whole, false), 0);
    assert_eq!((shrunk.runs, shrunk.scenario.plan().faults.len()), (0, whole.plan().faults.len()));
}

#[test]
fn a_scenario_formats_as_the_command_that_repeats_it() {
    let whole = Scenario::of(profile("faults"), 13);
    assert_eq!(whole.to_string(), "cargo run -p chain-sim --release -- --profile faults --seed 13");
    let (faults, wishes) = (Pick::Only(BTreeSet::from([0, 4])), Pick::Only(BTreeSet::new()));
    let part = Scenario { faults, wishes, until_ms: Some(900), ..whole };
    assert!(part.to_string().ends_with("--seed 13 --faults 0,4 --wishes none --until-ms 900"));
    for pick in [Pick::All, part.faults.clone(), part.wishes.clone()] {
        assert_eq!(pick.to_string().parse(), Ok(pick));
    }
    assert!("1,x".parse::<Pick>().is_err());
}

#[test]
fn omitted_faults_do_not_happen_and_the_others_stay() {
    let whole = Scenario::of(profile("faults"), 13);
    let described = |scenario: &Scenario| -> Vec<String> {
        scenario.plan().faults.iter().map(|fault| format!("{fault:?}")).collect()
    };
    let all = described(&whole);
    assert!(all.len() > 2, "{all:?}");
    let some = Scenario { faults: Pick::Only(BTreeSet::from([1])), ..whole.clone() };
    assert_eq!(described(&some), all[1..2]);
    let short = Scenario { until_ms: Some(1_000), ..whole };
    assert!(short.plan().steps().all(|(at_us, _)| *at_us < 1_000_000));
    assert!(run(&short, false).is_good());
}

/// The mutants' tests: `RUSTFLAGS='--cfg waymark_mutants' cargo test --release -p chain-sim --target-dir
/// target/mutants`.
#[cfg(waymark_mutants)]
mod mutant {
    use super::{assert_reduced, profile};
    use chain_sim::{
        run::{Outcome, run, run_seeds},
        scenario::Scenario,
        shrink::{BUDGET_S, shrink},
    };
    use chain_types::mutant::{self, Mutant};

    fn assert_shrinks(one: Mutant) {
        let faults = profile("faults");
        let is_bad = |outcome: &Outcome| !outcome.is_good();
        let outcomes = run_seeds(&faults, 0..400, 2, Some(one), is_bad);
        let outcome = outcomes.iter().find(|outcome| is_bad(outcome)).expect("some seed detects the mutant");
        let whole = Scenario::of(faults, outcome.seed);
        mutant::activate(Some(one));
        let shrunk = shrink(&whole, outcome.clone(), BUDGET_S);
        let (all, left) = assert_reduced(&whole, outcome, &shrunk);
        mutant::activate(None);
        assert!(left < all, "{one}: {left} of {all} faults are left");
        assert!(run(&shrunk.scenario, false).is_good(), "{one}: the reduced scenario passes without the mutant");
    }

    #[test]
    fn shrinking_a_mutant_keeps_the_faults_that_it_needs() {
        assert_shrinks(mutant::TRUST_AUTHORS);
        assert_shrinks(mutant::FORGET_VOTES);
        assert_shrinks(mutant::KEEP_WRITTEN);
    }
}
