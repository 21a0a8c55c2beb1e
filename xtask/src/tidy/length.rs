//! Files stay small enough to read in one sitting.

use crate::{finding::Finding, source::SourceFile};

/// Lines a code file may have.
pub(super) const LINES_MAX: usize = 600;
/// Lines a file of tests may have: tables are long and shallow.
pub(super) const TEST_LINES_MAX: usize = 900;

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !file.is_code() {
        return;
    }
    let lines_max = if file.is_test() { TEST_LINES_MAX } else { LINES_MAX };
    let lines = file.text.lines().count();
    if lines > lines_max {
        let message = format!("{lines} lines, at most {lines_max}: cut it by what changes together");
        findings.push(Finding::whole(&file.path, "length", message));
    }
}
