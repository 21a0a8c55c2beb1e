//! `domains`: five words, spelled the same in every layer. A slice that exists in one layer exists
//! in all of them with the same file names, so that a path search for one word finds the column.

#[cfg(test)]
mod tests;

use crate::finding::Finding;
use crate::source::SourceFile;

/// Every domain that may ever have a slice.
pub(crate) const DOMAINS: [&str; 5] = ["provenance", "settlement", "uav", "charity", "product"];

/// The domains that exist today, each in every layer.
const EXPECTED: [&str; 1] = ["provenance"];

/// Where a slice lives and which files it has there; `*` stands for at least one file of any name.
struct Layer {
    /// Folder that holds the slices of all domains.
    folder: &'static str,
    /// Paths below the folder, with `{}` for the domain.
    files: &'static [&'static str],
}

const LAYERS: [Layer; 7] = [
    Layer { folder: "chain/types/src/", files: &["{}.rs"] },
    Layer { folder: "chain/ledger/src/", files: &["{}.rs", "{}/key.rs", "{}/state.rs", "{}/error.rs", "{}/tests.rs"] },
    Layer { folder: "indexer/src/", files: &["{}.rs", "{}/apply.rs", "{}/query.rs", "{}/row.rs", "{}/tests.rs"] },
    Layer { folder: "gateway/src/", files: &["{}.rs", "{}/model.rs", "{}/graphql.rs", "{}/rest.rs", "{}/rest/*"] },
    Layer { folder: "migrations/", files: &["*_{}_*"] },
    Layer { folder: "docs/domains/", files: &["{}.md"] },
    Layer { folder: "web/src/", files: &["{}/*"] },
];

/// Compares the slices of all domains, layer by layer.
pub(crate) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut findings = Vec::new();
    for layer in &LAYERS {
        for domain in DOMAINS {
            check_slice(layer, domain, &paths, &mut findings);
        }
    }
    findings
}

fn check_slice(layer: &Layer, domain: &str, paths: &[&str], findings: &mut Vec<Finding>) {
    let is_expected = EXPECTED.contains(&domain);
    for wanted in layer.files {
        let pattern = format!("{}{}", layer.folder, wanted.replace("{}", domain));
        let is_there = paths.iter().any(|path| matches(&pattern, path));
        if is_expected && !is_there {
            let message = format!("`{domain}` exists in other layers and is missing here");
            findings.push(Finding::whole(&pattern, "domain", message));
        }
        if !is_expected && is_there {
            let message = format!("a slice of `{domain}`, which is not in `EXPECTED` of xtask/src/domains.rs");
            findings.push(Finding::whole(&pattern, "domain", message));
        }
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
