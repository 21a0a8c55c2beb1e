//! Runs some seeds of every profile: no invariant is violated, and a seed repeats exactly. Agreement breaks when too
//! many validators are Byzantine, which shows that the oracles detect violations.

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
fn regression_seeds_pass() {
    assert!(regression::run_all().is_empty());
}

#[test]
fn without_faults_everything_becomes_final_at_once() {
    let outcomes = run("calm", 0..20);
    assert_good(&outcomes);
    // The profile submits transactions for 2 s; nothing delays them afterwards.
    assert!(outcomes.iter().all(|outcome| outcome.blocks > 10 && outcome.lasted_us < 6_000_000));
}

#[test]
fn with_faults_and_a_byzantine_validator_no_invariant_is_violated() {
    assert_good(&run("faults", 0..80));
}

#[test]
fn with_unequal_weights_no_invariant_is_violated() {
    assert_good(&run("weights", 0..40));
}

#[test]
fn with_two_byzantine_validators_of_seven_no_invariant_is_violated() {
    assert_good(&run("seven", 0..40));
}

#[test]
fn one_seed_has_one_trace() {
    let traces =
        || -> Vec<_> { run("faults", 100..116).into_iter().map(|outcome| (outcome.seed, outcome.trace)).collect() };
    let first = traces();
    assert_eq!(first, traces());
    assert!(first.windows(2).all(|pair| pair[0].1 != pair[1].1), "different seeds have different traces");
}

#[test]
fn with_two_conspiring_validators_of_four_agreement_breaks() {
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
fn epochs_advance_and_byzantine_validators_are_convicted() {
    let outcomes = run("epochs", 0..40);
    assert_good(&outcomes);
    assert!(outcomes.iter().all(|outcome| outcome.epochs >= 2));
    assert!(outcomes.iter().any(|outcome| outcome.convictions > 0), "at least one validator is convicted");
}

#[test]
fn committees_change_while_bundles_are_open() {
    assert_good(&run("whole", 0..40));
}

#[test]
fn followers_get_seats_and_leaving_validators_get_their_bonds_back() {
    let outcomes = run("members", 0..24);
    assert_good(&outcomes);
    let seats: u64 = outcomes.iter().map(|outcome| outcome.seats).sum();
    // More than 1.5 changes per seed.
    assert!(seats > 40, "{seats} seats changed hands");
}

/// After three idle days the next transaction is final within a minute, and nothing was signed in between.
#[test]
fn an_idle_chain_signs_nothing_and_resumes() {
    let outcomes = run("weekend", 0..2);
    assert_good(&outcomes);
    assert!(outcomes.iter().all(|outcome| outcome.blocks > 2 && outcome.lasted_us > 72 * 3_600_000_000));
}
