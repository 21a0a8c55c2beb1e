//! Checks that every metric of the code is in the table of docs/observability.md, and every row of it in the code.

use std::collections::BTreeMap;

use crate::{finding::Finding, source::SourceFile};

const PAGE: &str = "docs/observability.md";
const RULE: &str = "metric";
/// The macros that record a metric.
const MACROS: [&str; 3] = ["gauge!(", "counter!(", "histogram!("];
/// What the name of a metric begins with.
const PREFIXES: [&str; 2] = ["waymark_", "index_"];

pub(super) fn check(files: &[SourceFile], findings: &mut Vec<Finding>) {
    let mut used: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for file in files.iter().filter(|file| file.extension() == "rs" && !file.is_test() && records(file)) {
        for (number, line) in file.lines() {
            for name in literals(line).filter(|name| is_name(name)) {
                used.entry(name).or_insert((&file.path, number));
            }
        }
    }
    let page = files.iter().find(|file| file.path == PAGE);
    let rows: BTreeMap<&str, usize> = page.into_iter().flat_map(rows).collect();
    for (name, (path, line)) in &used {
        if !rows.contains_key(name) {
            let message = format!("the metric `{name}` is not in the table of {PAGE}");
            findings.push(Finding::at(path, *line, RULE, message));
        }
    }
    for (name, line) in rows.into_iter().filter(|(name, _)| !used.contains_key(name)) {
        findings.push(Finding::at(PAGE, line, RULE, format!("no code records `{name}`")));
    }
}

fn records(file: &SourceFile) -> bool {
    !file.path.starts_with("xtask/") && MACROS.iter().any(|call| file.text.contains(call))
}

/// The text literals of a line.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

fn is_name(text: &str) -> bool {
    let has_prefix = PREFIXES.iter().any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()));
    has_prefix && text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_{}".contains(&byte))
}

/// The metrics in the table of the page, without their labels.
fn rows(page: &SourceFile) -> Vec<(&str, usize)> {
    let mut rows = Vec::new();
    for (number, line) in page.lines() {
        let Some((cell, _)) = line.strip_prefix("| `").and_then(|rest| rest.split_once('`')) else { continue };
        let name = if cell.ends_with('}') { cell.rsplit_once('{').map_or(cell, |(name, _)| name) } else { cell };
        if is_name(name) {
            rows.push((name, number));
        }
    }
    rows
}
