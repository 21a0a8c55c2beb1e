//! Attacks a running `waymark` and measures whether it withstands. Invariant: it knows Waymark by its binary and its
//! public interfaces alone, and imports none of its crates.
//!
//! Exit codes: 0 when all attacks were withstood, 1 when one was not, 2 for bad usage.

mod attack;
mod connection;
mod context;
mod document;
#[cfg(test)]
mod documented;
mod http;
mod instance;
mod interrupt;
mod limit;
mod load;
mod measure;
mod memory;
mod probe;
mod receiver;
mod report;
mod stage;
mod tally;
mod tenant;
mod websocket;
mod worker;

use crate::{
    attack::Attack,
    limit::{EQUAL_P99_MS_MAX, FULL, Form, QUICK},
    measure::{Row, measure},
    stage::Stage,
};
use anyhow::Context as _;
use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{path::PathBuf, process::ExitCode, time::Instant};

/// Attack a Waymark of its own, and print what was withstood.
#[derive(Parser, Debug)]
struct Arguments {
    /// The binary to attack
    #[arg(long, env = "WAYMARK_BIN", default_value = "target/release/waymark", value_name = "FILE")]
    waymark: PathBuf,
    /// Print the attacks, and what each expects
    #[arg(long)]
    list: bool,
    /// Run only this attack; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The short form: at most two minutes, with shorter attacks, and without variations and those that need time
    #[arg(long)]
    quick: bool,
    /// Send one attack; used by this program itself
    #[arg(long, hide = true)]
    worker: Option<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    // Thousands of connections need as many files, here and in the processes that inherit the limit.
    let files = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files });
    if let Some(name) = arguments.worker {
        worker::serve(&name)?;
        return Ok(ExitCode::SUCCESS);
    }
    interrupt::watch();
    let form = if arguments.quick { QUICK } else { FULL };
    let Some(attacks) = choose(&arguments.only, &form) else { return Ok(ExitCode::from(2)) };
    if arguments.list {
        report::list(&attacks);
        return Ok(ExitCode::SUCCESS);
    }
    let binary =
        arguments.waymark.canonicalize().with_context(|| format!("finding {}", arguments.waymark.display()))?;
    run(&binary, &attacks, &form)
}

/// The attacks with these names, or all of the form; `None` when a name is unknown.
fn choose(names: &[String], form: &Form) -> Option<Vec<Attack>> {
    if names.is_empty() {
        return Some(attack::all().into_iter().filter(|attack| form.has_long_attacks || !attack.is_long).collect());
    }
    let find = |name: &String| {
        let found = attack::find(name);
        if found.is_none() {
            report::print(&format!("no attack is called {name}; --list prints all"));
        }
        found
    };
    names.iter().map(find).collect()
}

fn run(binary: &std::path::Path, attacks: &[Attack], form: &Form) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let Form { duration, settle, .. } = form;
    report::print(&format!(
        "{} attacks of {:.1} s; memory must have returned {} s later",
        attacks.len(),
        duration.as_secs_f64(),
        settle.as_secs()
    ));
    report::head();
    let (mut stage, mut withstood, mut not) = (None, 0, 0);
    for attack in attacks {
        if begun.elapsed() > form.total {
            not += 1;
            report::print(&format!("{:<36} | not reached within {} s", attack.name, form.total.as_secs()));
            continue;
        }
        let row = run_one(attack, &mut stage, binary, form)?;
        report::row(&row);
        if row.faults.is_empty() { withstood += 1 } else { not += 1 }
    }
    if let Some(stage) = stage {
        stage.instance.stop()?;
    }
    report::print(&format!("{withstood} withstood, {not} not"));
    Ok(if not == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs an attack. One that was only slow runs once more beside a new measure of the ordinary load: other programs of
/// the machine add latency and never take it away, so the better of both figures is nearer to the instance's own.
fn run_one(attack: &Attack, kept: &mut Option<Stage>, binary: &std::path::Path, form: &Form) -> anyhow::Result<Row> {
    let mut row = run_once(attack, kept, binary, form)?;
    if row.is_only_slow && row.is_usable {
        if let Some(stage) = kept {
            // Where even an ordinary load is slow now, the attack has left something behind: a new instance is fairer.
            let measured = stage.measure_ordinary_load(form);
            if measured.is_err() || stage.equal_p99_ms > EQUAL_P99_MS_MAX {
                *kept = None;
            }
        }
        row = run_once(attack, kept, binary, form)?;
    }
    Ok(row)
}

fn run_once(attack: &Attack, kept: &mut Option<Stage>, binary: &std::path::Path, form: &Form) -> anyhow::Result<Row> {
    // Tokens expire within a long run, and an attack may have revoked a key that it should not.
    let refreshed = kept.take().and_then(|mut stage| stage.sign_in_again().is_ok().then_some(stage));
    let mut stage = match refreshed {
        Some(stage) => stage,
        None => Stage::open(binary, form)?,
    };
    let row = measure(attack, &mut stage, form);
    if row.is_usable {
        *kept = Some(stage);
    }
    Ok(row)
}
