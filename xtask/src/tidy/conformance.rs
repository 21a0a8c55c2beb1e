//! Checks the matrix of docs/epcis-conformance.md: each row has a state and a test, and each named test exists.

use std::collections::BTreeSet;

use crate::{finding::Finding, source::SourceFile};

const PAGE: &str = "docs/epcis-conformance.md";
const RULE: &str = "conformance";
const HEAD: &str = "| requirement | state | test |";
const STATES: [&str; 3] = ["yes", "no", "not supported"];

pub(super) fn check(files: &[SourceFile], findings: &mut Vec<Finding>) {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else { return };
    let tests: BTreeSet<String> = files.iter().filter(|file| file.extension() == "rs").flat_map(tests).collect();
    let mut is_row = false;
    for (number, line) in page.lines() {
        is_row = line == HEAD || is_row && line.starts_with('|');
        if !is_row || line == HEAD || line.starts_with("| ---") {
            continue;
        }
        let mut report = |message: String| findings.push(Finding::at(PAGE, number, RULE, message));
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [_, state, shown] = cells[..] else {
            report("a row has three cells".to_owned());
            continue;
        };
        if let Some(fault) = fault_of_state(state) {
            report(fault.to_owned());
        }
        let mut names = shown.split('`').skip(1).step_by(2).peekable();
        if names.peek().is_none() {
            report("a row names a test".to_owned());
        }
        for name in names.filter(|name| !tests.contains(*name)) {
            report(format!("there is no test `{name}`"));
        }
    }
}

fn fault_of_state(state: &str) -> Option<&'static str> {
    let (word, reason) = state.split_once([',', ';']).unwrap_or((state, ""));
    if !STATES.contains(&word) {
        return Some("a state is `yes`, `no` or `not supported`");
    }
    (word != "yes" && reason.trim().is_empty()).then_some("a state other than `yes` has a reason")
}

/// The tests of a file, as `file::function`.
fn tests(file: &SourceFile) -> Vec<String> {
    let stem = file.name().trim_end_matches(".rs");
    let mut found = Vec::new();
    let mut is_marked = false;
    for line in file.text.lines().map(str::trim) {
        is_marked |= line == "#[test]" || line.starts_with("#[tokio::test");
        let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
        if let Some(name) = name.filter(|_| is_marked) {
            found.push(format!("{stem}::{name}"));
            is_marked = false;
        }
    }
    found
}
