//! `chain-sim`: runs simulated chains and says whether everything held.

use chain_sim::{
    oracle::INVARIANTS,
    profile::Profile,
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
    /// The kind of world.
    #[arg(long, default_value = "faults")]
    profile: String,
    /// One seed only, telling what happens.
    #[arg(long)]
    seed: Option<u64>,
    /// How many threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "chain-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    let Some(profile) = Profile::named(&arguments.profile) else {
        return Err(io::Error::other(format!("there is no profile {}", arguments.profile)));
    };
    if let Some(seed) = arguments.seed {
        let outcome = run_seed(profile, seed, true);
        for line in &outcome.log {
            writeln!(out, "{line}")?;
        }
        tell(&mut out, profile, &outcome)?;
        return Ok(outcome.is_good());
    }
    let end = arguments.start + arguments.seeds;
    let outcomes = run_seeds(profile, arguments.start..end, arguments.threads, None, |_| false);
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_good()).take(10) {
        tell(&mut out, profile, outcome)?;
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.is_good()).count();
    let blocks: u64 = outcomes.iter().map(|outcome| outcome.blocks).sum();
    let lasted: u64 = outcomes.iter().map(|outcome| outcome.lasted_us / 1_000).sum();
    writeln!(out, "{blocks} blocks, {lasted} ms of simulated time")?;
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
