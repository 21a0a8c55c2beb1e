//! Finds paths of one person's machine and package mirrors that are private.

use crate::{finding::Finding, source::SourceFile};

/// The first folders of absolute paths that exist on some machines only. Without slashes here, so that this file does
/// not violate the rule.
const HOMES: [&str; 4] = ["root", "home", "Users", "work"];
/// The public host that npm writes into a lock file.
const PUBLIC_NPM: &str = "https://registry.npmjs.org/";

pub(super) fn check(file: &SourceFile, findings: &mut Vec<Finding>) {
    let is_npm_lock = file.name() == "package-lock.json";
    for (number, line) in file.lines() {
        if let Some(home) = HOMES.iter().find(|home| names_absolute(line, home)) {
            let message = format!("absolute path below `{home}`: take it from a flag or the environment");
            findings.push(Finding::at(&file.path, number, "machine-path", message));
        }
        if is_npm_lock && names_mirror(line) {
            let message = "pinned to a private mirror; set `omit-lockfile-registry-resolved`";
            findings.push(Finding::at(&file.path, number, "private-mirror", message));
        }
    }
}

/// Whether `line` contains `/<home>/` at the start of a path, not within a longer path or URL.
fn names_absolute(line: &str, home: &str) -> bool {
    let needle = format!("/{home}/");
    line.match_indices(&needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|character| !character.is_alphanumeric() && !"._-}$~/*".contains(character))
    })
}

fn names_mirror(line: &str) -> bool {
    let entry = line.trim_start();
    entry.starts_with("\"resolved\":") && entry.contains("http") && !entry.contains(PUBLIC_NPM)
}
