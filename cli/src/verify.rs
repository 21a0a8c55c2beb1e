//! `waymark verify`: checks an evidence bundle offline. Invariant: only the given files are read, never the network or
//! a configuration file. Only verified evidence has exit code 0.

mod indent;
mod text;

use chain_proof::{Anchor, FILE_BYTES_MAX, Report, Verdict, verify};
use clap::Args;
use std::{
    fs::File,
    io::{IsTerminal as _, Read as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The exit code of evidence that is not wrong but proves nothing to this verifier.
const UNPROVEN: u8 = 3;

/// Arguments of `waymark verify`.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit codes: 0 verified, 1 tampered, 2 unreadable or bad usage, 3 incomplete or untrusted anchor"
)]
pub(crate) struct VerifyArgs {
    /// The evidence bundle, a JSON file
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// The anchor to trust, a JSON file that `waymark anchor` wrote or /v1/ledger/anchor served
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
    /// Do not trust the chain that the bundle names: without --anchor the verdict is `untrusted_anchor`
    #[arg(long)]
    require_anchor: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// Checks the bundle and prints the report to standard output.
pub(crate) fn run(args: &VerifyArgs) -> ExitCode {
    let report = judge(args);
    let printed = if args.json {
        serde_json::to_string(&report).unwrap_or_else(|error| error.to_string())
    } else {
        let is_coloured = std::env::var_os("NO_COLOR").is_none() && std::io::stdout().is_terminal();
        text::describe(&report, is_coloured)
    };
    // A closed pipe is no error; the exit code still reports the verdict.
    let _ = writeln!(std::io::stdout().lock(), "{printed}");
    ExitCode::from(code(report.verdict))
}

fn judge(args: &VerifyArgs) -> Report {
    let anchor = args.anchor.as_deref().map(read_anchor).transpose();
    match (anchor, read(&args.bundle)) {
        (Ok(anchor), Ok(bytes)) => {
            let report = verify(&bytes, anchor.as_ref());
            if args.require_anchor { report.requiring_anchor() } else { report }
        }
        (Err(detail), _) | (_, Err(detail)) => Report::unreadable(detail),
    }
}

fn read_anchor(path: &Path) -> Result<Anchor, String> {
    Anchor::parse(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads a file up to one byte beyond the verifier's limit, so that the verifier rejects it.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let outcome = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    outcome.map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(bytes)
}

const fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Verified => crate::exit::SUCCESS,
        Verdict::Tampered => crate::exit::FAILURE,
        Verdict::Unreadable => crate::exit::UNREADABLE,
        Verdict::Incomplete | Verdict::UntrustedAnchor => UNPROVEN,
    }
}

#[cfg(test)]
mod tests;
