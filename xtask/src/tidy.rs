//! The check `tidy`: rules about single files, each in its own module. Invariant: a rule reads one file at a time. Only
//! `conformance`, `environment`, `limit` and `metric` compare code with documentation.

mod conformance;
mod environment;
mod import;
mod length;
mod limit;
mod machine;
mod metric;
mod naming;
mod opening;
mod test_habit;
#[cfg(test)]
mod tests;
mod unfinished;
mod width;

use crate::{finding::Finding, source::SourceFile};

type Rule = fn(&SourceFile, &mut Vec<Finding>);

const RULES: [Rule; 8] = [
    opening::check,
    length::check,
    naming::check,
    import::check,
    width::check,
    test_habit::check,
    machine::check,
    unfinished::check,
];

/// Applies every rule to every file.
pub(crate) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for rule in RULES {
            rule(file, &mut findings);
        }
    }
    conformance::check(files, &mut findings);
    environment::check(files, &mut findings);
    limit::check(files, &mut findings);
    metric::check(files, &mut findings);
    findings
}
