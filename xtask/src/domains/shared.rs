//! Checks that each shared file names every domain that exists, and that no other code names a domain. Invariant: the
//! checklist therefore omits no file and lists none in vain.

use super::{
    DOMAINS, matches,
    table::{COLUMN, SHARED, USERS},
};
use crate::{finding::Finding, source::SourceFile};

pub(super) fn check(files: &[SourceFile], existing: &[&str], findings: &mut Vec<Finding>) {
    // The changelog describes a domain in the words of its users and need not name it.
    for path in SHARED.iter().flat_map(|place| place.paths).filter(|path| **path != "CHANGELOG.md") {
        let text = files.iter().find(|file| file.path == *path).map_or("", |file| &file.text).to_ascii_lowercase();
        for domain in existing.iter().filter(|domain| !text.contains(**domain)) {
            findings.push(Finding::whole(path, "shared", format!("`{domain}` is not entered here")));
        }
    }
    for file in files.iter().filter(|file| is_judged(file)) {
        for domain in DOMAINS.into_iter().filter(|domain| !is_own(&file.path, domain)) {
            let code = file.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
            let found = code.into_iter().find(|(_, line)| !is_comment(line) && names_domain(line, domain));
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

/// Whether a path is one of the domain's own files.
fn is_own(path: &str, domain: &str) -> bool {
    let below = |folder: &str| path.contains(&format!("/{domain}{folder}"));
    below("/") || below(".") || COLUMN.iter().any(|place| is_at(place.paths, domain, path))
}

/// Whether a path matches one of the patterns for a domain.
pub(super) fn is_at(patterns: &[&str], domain: &str, path: &str) -> bool {
    patterns.iter().any(|pattern| matches(&pattern.replace("{}", domain), path))
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
}

/// Whether a line names a domain: as a module (`provenance::`, `"./provenance/`, `use crate::{error, provenance}`), as
/// a variant or a scope (`Provenance(`, `ProvenanceRead`), or in a code (`"provenance.`).
fn names_domain(line: &str, domain: &str) -> bool {
    let variant = domain[..1].to_ascii_uppercase() + &domain[1..];
    let is_import = line.trim_start().starts_with("use ") || line.trim() == format!("{domain},");
    let as_module = line.match_indices(domain).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + domain.len()..]);
        let begins = !before.ends_with(is_word);
        let in_text = before.ends_with('"') && after.starts_with(['.', ':']);
        let in_path = after.starts_with("::") || before.ends_with('/') && after.starts_with('/');
        begins && (in_text || in_path || is_import && !after.starts_with(is_word))
    });
    let as_variant = line.match_indices(&variant).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + variant.len()..]);
        !before.ends_with(is_word) && after.starts_with(|c: char| c == '(' || c == ':' || c.is_ascii_uppercase())
    });
    as_module || as_variant
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
