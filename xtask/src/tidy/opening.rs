//! Checks that a Rust file or a migration opens with a comment that describes it.

use crate::{finding::Finding, source::SourceFile};

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    let wanted = match file.extension() {
        "rs" => "//! ",
        "sql" => "-- ",
        _ => return,
    };
    let opening = file.text.lines().next().and_then(|line| line.strip_prefix(wanted)).unwrap_or_default();
    if opening.trim().is_empty() {
        let message = format!("the first line must start with `{wanted}` and describe this file");
        findings.push(Finding::at(&file.path, 1, "opening", message));
    }
}
