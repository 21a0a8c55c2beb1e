//! The printed table. Invariant: the last line is `N withstood, M not`.

use crate::{attack::Attack, measure::Row};
use std::io::Write as _;

/// Prints a line to standard output.
pub(crate) fn print(line: &str) {
    // A closed pipe is no failure of an attack; the exit code is the result.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Prints all attacks with what they send and expect.
pub(crate) fn list(attacks: &[Attack]) {
    for Attack { name, kind, expect, is_long, .. } in attacks {
        let form = if *is_long { " (full form only)" } else { "" };
        print(&format!("{name}{form}\n    sends   {kind}\n    expects {expect}"));
    }
}

/// Prints the head of the table.
pub(crate) fn head() {
    print("attack                               | peak MiB | /livez p99 | other p99 / equal p99 | verdict");
    print("-------------------------------------|----------|------------|-----------------------|--------");
}

/// Prints a row, and below it why the attack was not withstood.
pub(crate) fn row(row: &Row) {
    let verdict = if row.faults.is_empty() { "withstood" } else { "NOT withstood" };
    print(&format!(
        "{:<36} | {:>8} | {:>7.1} ms | {:>7.1} / {:>7.1} ms | {verdict}  ({})",
        row.name, row.peak_mib, row.livez_ms, row.neighbour_ms, row.equal_ms, row.answers
    ));
    for fault in &row.faults {
        let line: String =
            fault.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(240).collect();
        print(&format!("    {line}"));
    }
}
