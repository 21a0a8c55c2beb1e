//! The files that all domains share: each names every domain that exists, and no other code names one. So the checklist
//! neither omits a file nor lists one in vain.

use super::{
    DOMAINS, matches,
    table::{COLUMN, SHARED, USERS},
};
use crate::{finding::Finding, source::SourceFile};

pub(super) fn check(files: &[SourceFile], existing: &[&str], findings: &mut Vec<Finding>) {
    for path in SHARED.iter().flat_map(|place| place.paths) {
        let file = files.iter().find(|file| file.path == *path);
        for domain in existing {
            if !file.is_some_and(|file| file.text.lines().any(|line| names(line, domain))) {
                findings.push(Finding::whole(path, "shared", format!("`{domain}` is not entered here")));
            }
        }
    }
    for file in files.iter().filter(|file| is_judged(file)) {
        for domain in DOMAINS.into_iter().filter(|domain| !is_own(&file.path, domain)) {
            let code = file.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
            let found = code.into_iter().find(|(_, line)| !is_comment(line) && names(line, domain));
            if let Some((number, _)) = found {
                let message =
                    format!("names `{domain}`: move it, or enter the file in `SHARED` of xtask/src/domains/table.rs");
                findings.push(Finding::at(&file.path, number, "shared", message));
            }
        }
    }
}

/// Whether a file is code of the product that neither composes domains nor uses one as an example.
fn is_judged(file: &SourceFile) -> bool {
    let listed = SHARED.iter().any(|place| place.paths.contains(&file.path.as_str()));
    matches!(file.extension(), "rs" | "ts" | "tsx")
        && !file.is_test()
        && !file.path.contains("/tests/")
        && !listed
        && !USERS.iter().any(|user| file.path.starts_with(user))
}

fn is_own(path: &str, domain: &str) -> bool {
    let below = |folder: &str| path.contains(&format!("/{domain}{folder}"));
    below("/") || below(".") || COLUMN.iter().any(|place| is_at(place.paths, domain, path))
}

pub(super) fn is_at(patterns: &[&str], domain: &str, path: &str) -> bool {
    patterns.iter().any(|pattern| matches(&pattern.replace("{}", domain), path))
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
}

/// Whether a line names a domain as a module or as a variant: `provenance::`, `"./provenance/`, `Provenance(`.
fn names(line: &str, domain: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let variant = domain[..1].to_ascii_uppercase() + &domain[1..];
    [domain, &variant].into_iter().any(|word| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            // `ProvenanceRead` names it as well: a capital begins a new word.
            let ends = |c: char| !is_word(c) || (word == variant && c.is_ascii_uppercase());
            !before.is_some_and(is_word) && after.is_none_or(ends)
        })
    })
}
