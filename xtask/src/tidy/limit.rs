//! Checks that a limit named in the documentation is a constant in the code, so that a search finds it.

use crate::{finding::Finding, source::SourceFile};

const SUFFIX: &str = "_MAX";

pub(super) fn check(files: &[SourceFile], findings: &mut Vec<Finding>) {
    let code: Vec<&SourceFile> = files.iter().filter(|file| file.extension() == "rs").collect();
    for page in files.iter().filter(|file| file.extension() == "md") {
        for (number, line) in page.lines() {
            for name in quoted_limits(line) {
                let declaration = format!("const {name}:");
                if !code.iter().any(|file| file.text.contains(&declaration)) {
                    let message = format!("no constant is called `{name}`");
                    findings.push(Finding::at(&page.path, number, "limit", message));
                }
            }
        }
    }
}

/// The names between backticks in `line` that look like limits.
fn quoted_limits(line: &str) -> impl Iterator<Item = &str> {
    let is_constant = |name: &str| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    line.split('`').skip(1).step_by(2).filter(move |name| name.ends_with(SUFFIX) && is_constant(name))
}
