//! Checks of this repository that the compiler and clippy cannot do. Invariant: a check turns the repository's files
//! into findings. Only `domains` may write a file, CONTRIBUTING.md, and only with `WAYMARK_BLESS=1`.
//!
//! `cargo xtask` runs every check, `cargo xtask tidy layers` only those two. The exit code is 0 for no findings, 1 for
//! findings and 2 for an unknown check.

mod compose;
mod domains;
mod finding;
mod layers;
mod source;
mod tidy;

use std::{path::Path, process::ExitCode};

use anyhow::Context;

use crate::{finding::Finding, source::SourceFile};

/// A check: its name on the command line, and its function from the tracked files to findings.
struct Check {
    name: &'static str,
    run: fn(&Path, &[SourceFile]) -> anyhow::Result<Vec<Finding>>,
}

const CHECKS: [Check; 4] = [
    Check { name: "tidy", run: |_, files| Ok(tidy::check(files)) },
    Check { name: "layers", run: layers::check },
    Check { name: "domains", run: domains::check },
    Check { name: "compose", run: |_, files| Ok(compose::check(files)) },
];

fn main() -> anyhow::Result<ExitCode> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| CHECKS.iter().all(|check| check.name != **name)) {
        let known = CHECKS.map(|check| check.name).join(", ");
        eprintln!("xtask: no check is called `{unknown}`; the checks are: {known}");
        return Ok(ExitCode::from(2));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask sits in the root")?;
    let files = source::read_tracked(root)?;
    let mut found_any = false;
    for check in CHECKS.iter().filter(|check| wanted.is_empty() || wanted.iter().any(|name| name == check.name)) {
        let findings = (check.run)(root, &files).with_context(|| format!("running {}", check.name))?;
        for finding in &findings {
            eprintln!("{finding}");
        }
        eprintln!("xtask {}: {} files, {} findings", check.name, files.len(), findings.len());
        found_any |= !findings.is_empty();
    }
    Ok(if found_any { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
