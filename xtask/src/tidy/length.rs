//! Limits the number of lines of a code file, so that each can be read in one sitting.

use crate::{finding::Finding, source::SourceFile};

/// The maximum number of lines of a code file.
pub(super) const LINES_MAX: usize = 600;
/// The maximum number of lines of a test file, which may contain long tables.
pub(super) const TEST_LINES_MAX: usize = 900;

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !file.is_code() {
        return;
    }
    let lines_max = if file.is_test() { TEST_LINES_MAX } else { LINES_MAX };
    let lines = file.text.lines().count();
    if lines > lines_max {
        let message = format!("{lines} lines, at most {lines_max}: split it into parts that change together");
        findings.push(Finding::whole(&file.path, "length", message));
    }
}
