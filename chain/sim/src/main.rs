//! `chain-sim`: runs simulated chains and says whether everything held.

mod mutation;

use chain_sim::{
    oracle::INVARIANTS,
    profile::{self, Profile},
    regression,
    run::{Outcome, run_seed, run_seeds},
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
    /// How many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// The kind of world; `list` tells which there are.
    #[arg(long, default_value = "faults")]
    profile: String,
    /// One seed only, telling what happens.
    #[arg(long)]
    seed: Option<u64>,
    /// How many threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Builds the chain with each named mutant in turn, and says which of them the oracles see.
    #[arg(long)]
    mutants: bool,
    /// Only this mutant.
    #[arg(long)]
    mutant: Option<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
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
    if let Some(seed) = arguments.seed {
        let outcome = run_seed(profile, seed, true);
        for line in &outcome.log {
            writeln!(out, "{line}")?;
        }
        tell(&mut out, profile, &outcome)?;
        return Ok(outcome.is_good() != profile.must_break);
    }
    let again = regression::run_all();
    for (regression, outcome) in &again {
        writeln!(out, "again: {}", regression.why)?;
        tell(&mut out, Profile::named(regression.profile).unwrap_or(profile), outcome)?;
    }
    let end = arguments.start + arguments.seeds;
    let outcomes = run_seeds(profile, arguments.start..end, arguments.threads, None, |_| false);
    Ok(report(&mut out, profile, &outcomes)? && again.is_empty())
}

/// Tells how the seeds ended; whether that is as it must be.
fn report(out: &mut impl io::Write, profile: &Profile, outcomes: &[Outcome]) -> io::Result<bool> {
    let is_broken = |outcome: &&Outcome| outcome.violations.iter().any(|one| one.what.starts_with("agreement"));
    let is_wrong = |outcome: &&Outcome| !outcome.is_good() && !profile.must_break;
    for outcome in outcomes.iter().filter(is_wrong).take(10) {
        tell(out, profile, outcome)?;
    }
    let blocks: u64 = outcomes.iter().map(|outcome| outcome.blocks).sum();
    let lasted: u64 = outcomes.iter().map(|outcome| outcome.lasted_us / 1_000_000).sum();
    writeln!(out, "{blocks} blocks final in {lasted} simulated seconds")?;
    let sum = |count: fn(&Outcome) -> u64| outcomes.iter().map(count).sum::<u64>();
    writeln!(
        out,
        "{} epochs, {} convictions, {} messages, {} bundles committed and {} aborted",
        sum(|one| one.epochs),
        sum(|one| one.convictions),
        sum(|one| one.trade[0]),
        sum(|one| one.trade[1]),
        sum(|one| one.trade[2])
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

fn tell(out: &mut impl io::Write, profile: &Profile, outcome: &Outcome) -> io::Result<()> {
    writeln!(out, "seed {} trace {:016x} blocks {}", outcome.seed, outcome.trace, outcome.blocks)?;
    for violation in &outcome.violations {
        writeln!(out, "  {} ms: {}", violation.at_us / 1_000, violation.what)?;
    }
    if !outcome.is_good() {
        let name = profile.name;
        writeln!(out, "  again: cargo run -p chain-sim --release -- --profile {name} --seed {}", outcome.seed)?;
    }
    Ok(())
}
