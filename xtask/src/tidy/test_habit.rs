//! Finds tests that wait for a fixed time or are switched off. Flaky and skipped tests teach people to ignore failures.

use crate::{finding::Finding, source::SourceFile};

const SLEEPS: [&str; 5] = ["thread::sleep(", "time::sleep(", " sleep(", "waitForTimeout(", "sleep_ms("];
/// Split so that this file does not violate the rule.
const SWITCHED_OFF: [&str; 3] = [concat!("#[", "ignore"), concat!("test", ".skip("), concat!("describe", ".skip(")];

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    if !matches!(file.extension(), "rs" | "ts" | "tsx") {
        return;
    }
    let mut in_tests = file.is_test();
    for (number, line) in file.lines() {
        // By convention an inline test module is the last item of its file.
        in_tests |= line.trim() == "#[cfg(test)]" && !next_is_file_module(file, number);
        if in_tests && SLEEPS.iter().any(|call| line.contains(call)) {
            findings.push(Finding::at(&file.path, number, "sleep", "wait for the event itself, not for a fixed time"));
        }
        if SWITCHED_OFF.iter().any(|mark| line.trim_start().starts_with(mark)) {
            findings.push(Finding::at(&file.path, number, "switched-off", "fix the test or delete it"));
        }
    }
}

/// Whether the attribute on line `number` belongs to `mod name;`, whose tests are in another file.
fn next_is_file_module(file: &SourceFile, number: usize) -> bool {
    file.text.lines().nth(number).is_some_and(|next| next.trim_end().ends_with(';'))
}
