//! Mutation tests: run the simulator with one mutant (a deliberate bug) at a time. Invariant: a mutant counts as killed
//! only when a seed fails with it and passes without it.

use std::io;

/// The number of seeds per profile after which a mutant counts as alive.
#[cfg(waymark_mutants)]
const SEEDS_MAX: u64 = 2_000;

/// Runs all mutants, or one, in a build that contains them. Returns whether all were killed.
#[cfg(waymark_mutants)]
pub(crate) fn run(out: &mut impl io::Write, only: Option<&str>, threads: usize) -> io::Result<bool> {
    use chain_sim::{
        profile::Profile,
        run::{Outcome, run_seed, run_seeds},
        scenario::Scenario,
        shrink::{BUDGET_S, shrink},
    };
    use chain_types::mutant;

    let usual = ["faults", "seven", "weights", "joining"];
    let joining = ["joining", "faults", "seven", "weights"];
    let idle = ["weekend", "faults", "seven", "weights"];
    let profiles = |one| match one {
        mutant::IDLE_TIMERS => idle,
        one if mutant::JOINING.contains(&one) => joining,
        _ => usual,
    };
    let seen = mutant::ALL.iter().filter(|one| !mutant::BY_TESTS.contains(one));
    let plain = seen.map(|one| (*one, profiles(*one)));
    let epochs = chain_beacon::mutant::ALL.iter().chain(chain_ledger::mutant::ALL);
    let is_of_seats = |one| chain_beacon::mutant::SEATS.contains(one) || *one == chain_ledger::mutant::BOND_FOR_NOTHING;
    let profiles = |one| {
        if is_of_seats(one) { ["members", "whole", "epochs", "trade"] } else { ["whole", "epochs", "members", "trade"] }
    };
    let epochs = epochs.map(|one| (*one, profiles(one)));
    let trade = chain_atomic::mutant::ALL.iter().map(|one| (*one, ["trade", "whole", "epochs", "faults"]));

    // A mutant may cause panics; their messages are not needed.
    std::panic::set_hook(Box::new(|_| {}));
    let all = plain.chain(epochs).chain(trade);
    let chosen: Vec<_> = all.filter(|(one, _)| only.is_none_or(|name| name == *one)).collect();
    let mut killed = 0;
    for (one, profiles) in &chosen {
        let mut how = None;
        let mut tried = 0;
        for name in profiles {
            let Some(profile) = Profile::named(name) else { continue };
            let is_caused_by_mutant = |outcome: &Outcome| {
                mutant::activate(None);
                let is_good_without = !outcome.is_good() && run_seed(profile, outcome.seed, false).is_good();
                mutant::activate(Some(one));
                is_good_without
            };
            let outcomes = run_seeds(profile, 0..SEEDS_MAX, threads, Some(one), is_caused_by_mutant);
            tried += outcomes.len();
            let last = outcomes.iter().rev().find(|outcome| is_caused_by_mutant(outcome));
            if let Some(outcome) = last.filter(|_| only.is_some()) {
                let shrunk = shrink(&Scenario::of(*profile, outcome.seed), outcome.clone(), BUDGET_S);
                crate::print_shrunk(out, &shrunk)?;
            }
            mutant::activate(None);
            how = last.and_then(|outcome| outcome.violations.first().map(|one| (name, outcome.seed, one.what.clone())));
            if how.is_some() {
                break;
            }
        }
        killed += usize::from(how.is_some());
        match how {
            Some((name, seed, what)) => {
                writeln!(out, "{one:24} killed after {tried:4} seeds by {name} {seed}: {what}")?
            }
            None => writeln!(out, "{one:24} ALIVE after {tried} seeds")?,
        }
    }
    writeln!(out, "mutants {killed} killed of {}", chosen.len())?;
    Ok(killed == chosen.len())
}

/// Builds this program with the mutants into a separate target directory, and runs it.
#[cfg(not(waymark_mutants))]
pub(crate) fn run(_: &mut impl io::Write, only: Option<&str>, threads: usize) -> io::Result<bool> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), std::path::PathBuf::from);
    let mut cargo = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["run", "--release", "--quiet", "--package", "chain-sim"])
        // Flags under `build` are replaced by flags under `target`. Flags under `target` are added to those of the
        // workspace configuration.
        .args(["--config", r#"target.'cfg(all())'.rustflags=["--cfg","waymark_mutants"]"#])
        .arg("--target-dir")
        .arg(target.join("mutants"))
        .args(["--", "--mutants", "--threads", &threads.to_string()]);
    if let Some(name) = only {
        cargo.args(["--mutant", name]);
    }
    Ok(cargo.status()?.success())
}
