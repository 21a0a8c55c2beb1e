//! `domains`: five words, spelled the same in every layer. A slice that exists in one layer exists in all of them with
//! the same file names, so that a path search for the word finds them all.

#[cfg(test)]
mod tests;

use crate::{finding::Finding, source::SourceFile};

/// Every domain that may have a slice.
pub(crate) const DOMAINS: [&str; 5] = ["provenance", "settlement", "uav", "charity", "product"];

/// The domains that exist, each in every layer.
const EXPECTED: [&str; 1] = ["provenance"];

/// The files of every slice, layer by layer: paths with `{}` for the domain and `*` for any characters. If a line has
/// several paths, one of them is enough.
const VOCABULARY: &[&[&str]] = &[
    &["chain/types/src/{}.rs"],
    &["chain/ledger/src/{}.rs"],
    &["chain/ledger/src/{}/state.rs"],
    &["chain/ledger/src/{}/rejection.rs"],
    // One file per command: a verb and a noun.
    &["chain/ledger/src/{}/*_*.rs"],
    &["chain/ledger/src/{}/tests.rs", "chain/ledger/tests/*{}*"],
    &["indexer/src/{}.rs"],
    &["indexer/src/{}/apply.rs"],
    &["indexer/src/{}/query.rs"],
    &["indexer/src/{}/row.rs"],
    &["indexer/src/{}/tests.rs", "indexer/tests/*{}*"],
    &["gateway/src/{}.rs"],
    &["gateway/src/{}/code.rs"],
    &["gateway/src/{}/command.rs"],
    &["gateway/src/{}/model.rs"],
    &["gateway/src/{}/graphql.rs"],
    &["gateway/src/{}/rest.rs"],
    &["gateway/src/{}/rest/*"],
    &["gateway/tests/it/{}_*.rs"],
    &["migrations/*_{}_*"],
    &["docs/domains/{}.md"],
    &["web/src/{}/*"],
];

/// Compares the slices of all domains with the vocabulary.
pub(crate) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut findings = Vec::new();
    for domain in DOMAINS {
        for choice in VOCABULARY {
            let patterns: Vec<String> = choice.iter().map(|pattern| pattern.replace("{}", domain)).collect();
            let is_there = patterns.iter().any(|pattern| paths.iter().any(|path| matches(pattern, path)));
            if is_there != EXPECTED.contains(&domain) {
                findings.push(finding(domain, &patterns.join(" or "), is_there));
            }
        }
    }
    findings
}

fn finding(domain: &str, place: &str, is_there: bool) -> Finding {
    let message = if is_there {
        format!("a slice of `{domain}`, which is not in `EXPECTED` of xtask/src/domains.rs")
    } else {
        format!("`{domain}` exists in other layers and is missing here")
    };
    Finding::whole(place, "domain", message)
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
