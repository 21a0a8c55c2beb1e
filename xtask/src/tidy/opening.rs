//! A Rust file opens by saying what it is and which invariant it keeps; a migration opens with the
//! reason it exists.

use crate::{finding::Finding, source::SourceFile};

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    let wanted = match file.extension() {
        "rs" => "//! ",
        "sql" => "-- ",
        _ => return,
    };
    let said = file.text.lines().next().and_then(|line| line.strip_prefix(wanted)).unwrap_or_default();
    if said.trim().is_empty() {
        let message = format!("the first line must start with `{wanted}` and say what this file is");
        findings.push(Finding::at(&file.path, 1, "opening", message));
    }
}
