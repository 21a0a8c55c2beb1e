//! Some seeds of every kind of world in every run of the tests: what must hold holds, a seed repeats to the last event,
//! and where too many lie agreement breaks, which shows that the oracles see.

mod joining;
mod shrinking;

use chain_sim::{
    profile::Profile,
    regression,
    run::{Outcome, run_seeds},
};

fn run(name: &str, seeds: std::ops::Range<u64>) -> Vec<Outcome> {
    let profile = Profile::named(name).expect("the profile exists");
    run_seeds(profile, seeds, 2, None, |_| false)
}

fn assert_good(outcomes: &[Outcome]) {
    for outcome in outcomes {
        assert!(outcome.is_good(), "seed {}: {:?}", outcome.seed, outcome.violations);
    }
}

#[test]
fn what_was_once_found_is_not_found_again() {
    assert!(regression::run_all().is_empty());
}

#[test]
fn without_faults_everything_becomes_final_at_once() {
    let outcomes = run("calm", 0..20);
    assert_good(&outcomes);
    assert!(outcomes.iter().all(|outcome| outcome.blocks > 10 && outcome.lasted_us < 6_000_000));
}

#[test]
fn with_faults_and_a_liar_everything_that_must_hold_holds() {
    assert_good(&run("faults", 0..80));
}

#[test]
fn with_unequal_weights_as_well() {
    assert_good(&run("weights", 0..40));
}

#[test]
fn with_two_liars_of_seven_as_well() {
    assert_good(&run("seven", 0..40));
}

#[test]
fn one_seed_has_one_trace() {
    let traces =
        || -> Vec<_> { run("faults", 100..116).into_iter().map(|outcome| (outcome.seed, outcome.trace)).collect() };
    let first = traces();
    assert_eq!(first, traces());
    assert!(first.windows(2).all(|pair| pair[0].1 != pair[1].1), "and another seed has another");
}

#[test]
fn with_two_conspiring_liars_of_four_agreement_breaks() {
    let broke = |outcome: &Outcome| outcome.violations.iter().any(|one| one.what.starts_with("agreement"));
    assert!(run("traitors", 0..8).iter().any(broke));
}

#[test]
fn across_shards_messages_arrive_once_and_bundles_end_everywhere() {
    let outcomes = run("trade", 0..40);
    assert_good(&outcomes);
    let [arrived, committed, aborted] = outcomes
        .iter()
        .fold([0; 3], |sum, outcome| [sum[0] + outcome.trade[0], sum[1] + outcome.trade[1], sum[2] + outcome.trade[2]]);
    assert!(
        arrived > 40 && committed > 10 && aborted > 10,
        "{arrived} messages, {committed} commits, {aborted} aborts"
    );
}

#[test]
fn epochs_go_on_and_who_lies_is_convicted() {
    let outcomes = run("epochs", 0..40);
    assert_good(&outcomes);
    assert!(outcomes.iter().all(|outcome| outcome.epochs >= 2));
    assert!(outcomes.iter().any(|outcome| outcome.convictions > 0), "somebody is convicted");
}

#[test]
fn committees_change_while_bundles_are_open() {
    assert_good(&run("whole", 0..40));
}

#[test]
fn followers_get_seats_and_who_leaves_gets_its_bond_back() {
    let outcomes = run("members", 0..24);
    assert_good(&outcomes);
    let seats: u64 = outcomes.iter().map(|outcome| outcome.seats).sum();
    assert!(seats > 40, "{seats} seats changed hands");
}

/// After three days the next transaction is final within a minute, and in between nothing was signed.
#[test]
fn a_chain_that_rests_is_quiet_and_wakes() {
    let outcomes = run("weekend", 0..2);
    assert_good(&outcomes);
    assert!(outcomes.iter().all(|outcome| outcome.blocks > 2 && outcome.lasted_us > 72 * 3_600_000_000));
}
