//! Checks that every environment variable in the code is documented.

use std::collections::BTreeMap;

use crate::{finding::Finding, source::SourceFile};

/// Split so that this file names no variable.
const PREFIX: &str = concat!("WAYMARK", "_");

pub(super) fn check(files: &[SourceFile], findings: &mut Vec<Finding>) {
    let documentation: Vec<&SourceFile> = files.iter().filter(|file| file.extension() == "md").collect();
    let mut first_use: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for file in files.iter().filter(|file| reads_environment(file)) {
        for (number, line) in file.lines() {
            for name in variables(line) {
                first_use.entry(name).or_insert((&file.path, number));
            }
        }
    }
    for (name, (path, line)) in first_use {
        let documented =
            documentation.iter().any(|page| page.lines().any(|(_, text)| variables(text).any(|found| found == name)));
        if !documented {
            let message = format!("`{name}` is in no Markdown page; add it to docs/configuration.md");
            findings.push(Finding::at(path, line, "environment", message));
        }
    }
}

/// Whether a user may set the variables of a file: code, scripts and service definitions, but not these checks.
fn reads_environment(file: &SourceFile) -> bool {
    let service = matches!(file.name(), "Makefile" | "Dockerfile" | "compose.yaml");
    (file.is_code() || service) && !file.path.starts_with("xtask/")
}

/// The names in `line` that start with the prefix and continue in capitals.
fn variables(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(PREFIX).filter_map(|(at, _)| {
        let rest = &line[at..];
        let end = rest.find(|character: char| !is_name(character)).unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('_');
        let starts_inside = line[..at].chars().next_back().is_some_and(is_name);
        (!starts_inside && name.len() > PREFIX.len()).then_some(name)
    })
}

fn is_name(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
}
