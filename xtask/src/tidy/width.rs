//! Limits the width of comments and prose to that of code, because the formatter does not wrap comments.

use crate::{finding::Finding, source::SourceFile};

/// The maximum number of columns of a line.
pub(super) const COLUMNS_MAX: usize = 120;

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    let is_prose = file.extension() == "md";
    let is_commented = matches!(file.extension(), "rs" | "ts" | "tsx" | "mjs" | "sql") && !file.is_generated();
    if !is_prose && !is_commented {
        return;
    }
    let mut is_code = false;
    for (number, line) in file.lines() {
        let start = line.trim_start();
        if is_prose && start.starts_with("```") {
            is_code = !is_code;
        }
        let counts = if is_prose {
            !is_code && !start.starts_with('|') && !line.starts_with("    ")
        } else {
            ["//", "/*", "* ", "--"].iter().any(|mark| start.starts_with(mark))
        };
        // A line without a space after its beginning, such as an address, cannot be broken.
        let can_break = line.chars().skip(start.len().min(8)).take(COLUMNS_MAX).any(|letter| letter == ' ');
        let columns = line.chars().count();
        if counts && can_break && columns > COLUMNS_MAX {
            let message = format!("{columns} columns, at most {COLUMNS_MAX}: break the line");
            findings.push(Finding::at(&file.path, number, "width", message));
        }
    }
}
