//! The program `chain-sim`: runs simulated chains and reports violated invariants. Invariant: the exit code is 0 only
//! when every run meets its profile's expectation, or after `--shrink` and `--profile list`.

mod mutation;

use chain_sim::{
    oracle::INVARIANTS,
    profile::{self, Profile},
    regression,
    run::{self, Outcome, run_seeds},
    scenario::{Pick, Scenario},
    shrink::{BUDGET_ALONE_S, BUDGET_S, Shrunk, shrink},
};
use clap::Parser;
use std::{
    io::{self, Write as _},
    process::ExitCode,
};

/// Runs simulated chains with faults and checks what must hold.
#[derive(Parser)]
#[command(name = "chain-sim")]
struct Arguments {
    /// Number of seeds to run.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// First seed.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// Profile of the worlds; `list` prints all profiles.
    #[arg(long, default_value = "faults")]
    profile: String,
    /// Run only this seed, and print what happens.
    #[arg(long)]
    seed: Option<u64>,
    /// Faults of that seed to keep: `all`, `none`, or numbers from 0 separated by commas.
    #[arg(long, default_value_t)]
    faults: Pick,
    /// Client transactions of that seed to keep, in the same format.
    #[arg(long, default_value_t)]
    wishes: Pick,
    /// End the fault period after this many milliseconds, if the profile does not end it earlier.
    #[arg(long)]
    until_ms: Option<u64>,
    /// Reduce this failing seed to the smallest scenario that violates the same invariant.
    #[arg(long)]
    shrink: Option<u64>,
    /// Number of threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Build the chain with each named mutant in turn, and report which ones the oracles detect.
    #[arg(long)]
    mutants: bool,
    /// Run only this mutant.
    #[arg(long)]
    mutant: Option<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // There is no other place to report a closed standard error.
            let _ = writeln!(io::stderr(), "chain-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<bool> {
    let mut out = io::stdout();
    if arguments.profile == "list" {
        for profile in profile::ALL {
            writeln!(out, "{:9} {}", profile.name, profile.about)?;
        }
        return Ok(true);
    }
    if arguments.mutants {
        return mutation::run(&mut out, arguments.mutant.as_deref(), arguments.threads);
    }
    let Some(profile) = Profile::named(&arguments.profile) else {
        return Err(io::Error::other(format!("there is no profile {}", arguments.profile)));
    };
    let whole = |seed| Scenario::of(*profile, seed);
    if let Some(seed) = arguments.seed {
        let (faults, wishes) = (arguments.faults.clone(), arguments.wishes.clone());
        let scenario = Scenario { faults, wishes, until_ms: arguments.until_ms, ..whole(seed) };
        let outcome = run::run(&scenario, true);
        for line in &outcome.log {
            writeln!(out, "{line}")?;
        }
        print_outcome(&mut out, &scenario, &outcome)?;
        return Ok(outcome.is_good() != profile.must_break);
    }
    if let Some(seed) = arguments.shrink {
        let outcome = run::run(&whole(seed), false);
        print_outcome(&mut out, &whole(seed), &outcome)?;
        if !outcome.is_good() {
            print_shrunk(&mut out, &shrink(&whole(seed), outcome, BUDGET_ALONE_S))?;
        }
        return Ok(true);
    }
    let again = regression::run_all();
    for (regression, outcome) in &again {
        writeln!(out, "again: {}", regression.why)?;
        let profile = Profile::named(regression.profile).unwrap_or(profile);
        print_outcome(&mut out, &Scenario::of(*profile, regression.seed), outcome)?;
    }
    let end = arguments.start + arguments.seeds;
    let outcomes = run_seeds(profile, arguments.start..end, arguments.threads, None, |_| false);
    Ok(report(&mut out, profile, &outcomes)? && again.is_empty())
}

/// Prints the results of the seeds. Returns whether they are as the profile requires.
fn report(out: &mut impl io::Write, profile: &Profile, outcomes: &[Outcome]) -> io::Result<bool> {
    let is_broken = |outcome: &&Outcome| outcome.violations.iter().any(|one| one.what.starts_with("agreement"));
    let is_wrong = |outcome: &&Outcome| !outcome.is_good() && !profile.must_break;
    for outcome in outcomes.iter().filter(is_wrong).take(10) {
        print_outcome(out, &Scenario::of(*profile, outcome.seed), outcome)?;
    }
    if let Some(outcome) = outcomes.iter().find(is_wrong) {
        let scenario = Scenario::of(*profile, outcome.seed);
        print_shrunk(out, &shrink(&scenario, outcome.clone(), BUDGET_S))?;
    }
    let blocks: u64 = outcomes.iter().map(|outcome| outcome.blocks).sum();
    let lasted: u64 = outcomes.iter().map(|outcome| outcome.lasted_us / 1_000_000).sum();
    writeln!(out, "{blocks} blocks final in {lasted} simulated seconds")?;
    let sum = |count: fn(&Outcome) -> u64| outcomes.iter().map(count).sum::<u64>();
    writeln!(
        out,
        "{} epochs, {} convictions, {} seats changed, {} messages, {} bundles committed and {} aborted, {} joins",
        sum(|one| one.epochs),
        sum(|one| one.convictions),
        sum(|one| one.seats),
        sum(|one| one.trade[0]),
        sum(|one| one.trade[1]),
        sum(|one| one.trade[2]),
        sum(|one| one.joins)
    )?;
    let mut failed = outcomes.iter().filter(is_wrong).count();
    if profile.must_break {
        let broken = outcomes.iter().filter(is_broken).count();
        writeln!(out, "agreement broke in {broken} of {} seeds, as it must with too many liars", outcomes.len())?;
        failed = if broken == 0 { outcomes.len() } else { 0 };
    }
    writeln!(out, "seeds {} passed, {failed} failed, invariants {}", outcomes.len() - failed, INVARIANTS.len())?;
    Ok(failed == 0)
}

fn print_outcome(out: &mut impl io::Write, scenario: &Scenario, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "seed {} trace {:016x} blocks {}", outcome.seed, outcome.trace, outcome.blocks)?;
    for violation in &outcome.violations {
        writeln!(out, "  {} ms: {}", violation.at_us / 1_000, violation.what)?;
    }
    if !outcome.is_good() {
        writeln!(out, "  again: {scenario}")?;
    }
    Ok(())
}

/// Prints the reduced scenario.
fn print_shrunk(out: &mut impl io::Write, shrunk: &Shrunk) -> io::Result<()> {
    writeln!(out, "reduced in {} runs to {} faults:", shrunk.runs, shrunk.scenario.plan().faults.len())?;
    for fault in &shrunk.scenario.plan().faults {
        writeln!(out, "  {fault:?}")?;
    }
    print_outcome(out, &shrunk.scenario, &shrunk.outcome)
}
