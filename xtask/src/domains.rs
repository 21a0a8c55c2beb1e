//! The check `domains`: a domain that exists in one layer exists in all layers, under the same file names. Invariant:
//! the table of places is the only list of these files. The shared files and CONTRIBUTING's checklist are compared with
//! it.

mod checklist;
mod shared;
mod table;
#[cfg(test)]
mod tests;

use crate::{finding::Finding, source::SourceFile};
use anyhow::Context as _;
use std::path::Path;
use table::{COLUMN, OWN_COLUMN, OWN_SLICES};

/// Every domain that may have a slice.
pub(crate) const DOMAINS: [&str; 5] = ["provenance", "settlement", "uav", "charity", "product"];

/// Compares the slices with the table of places, and the checklist with the table.
///
/// # Errors
/// When the checklist was to be written and could not be.
pub(crate) fn check(root: &Path, files: &[SourceFile]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = check_columns(files);
    shared::check(files, &existing(files), &mut findings);
    let is_writing = std::env::var_os("WAYMARK_BLESS").is_some();
    findings.extend(checklist::check(root, files, is_writing).context("writing the checklist")?);
    Ok(findings)
}

/// The domains that have a file in some layer.
fn existing(files: &[SourceFile]) -> Vec<&'static str> {
    let has_file = |domain: &&str| {
        COLUMN.iter().any(|place| files.iter().any(|file| shared::is_at(place.paths, domain, &file.path)))
    };
    DOMAINS.into_iter().filter(has_file).collect()
}

fn check_columns(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for domain in existing(files) {
        for place in COLUMN {
            require(files, place.paths, domain, &mut findings);
        }
    }
    for slice in OWN_SLICES {
        for paths in OWN_COLUMN {
            require(files, paths, slice, &mut findings);
        }
    }
    findings
}

fn require(files: &[SourceFile], paths: &[&str], slice: &str, findings: &mut Vec<Finding>) {
    if !files.iter().any(|file| shared::is_at(paths, slice, &file.path)) {
        let place = paths.join(" or ").replace("{}", slice);
        let message = format!("`{slice}` exists in other layers and is missing here");
        findings.push(Finding::whole(&place, "domain", message));
    }
}

/// Matches a path against a pattern in which each `*` stands for one or more characters.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        if is_last {
            return rest.len() > part.len() && rest.ends_with(part);
        }
        let Some(at) = rest.get(1..).and_then(|tail| tail.find(part)) else {
            return false;
        };
        rest = &rest[at + 1 + part.len()..];
    }
    rest.is_empty()
}
