//! Checks that SECURITY.md and docs/review.md name only tests and attacks that exist. Otherwise a promise whose test
//! was renamed or deleted would stay as a claim.

use crate::attack;
use std::{collections::BTreeSet, fs, path::Path};

/// The words in backticks that have the form of a test's name (`a_b_c`) or of an attack's (`a-b-c`).
fn names(page: &str) -> BTreeSet<(String, bool)> {
    let mut found = BTreeSet::new();
    for line in page.lines() {
        for word in line.split('`').skip(1).step_by(2) {
            let is_plain = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
            let (tests, attacks) = (word.matches('_').count() >= 2, word.contains('-') && !word.starts_with('-'));
            if is_plain && (tests || attacks) {
                found.insert((word.to_owned(), attacks));
            }
        }
    }
    found
}

/// The text of every Rust file below a folder.
fn read_sources(folder: &Path, text: &mut String) {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
            read_sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).expect("a source file"));
        }
    }
}

/// The names of a page that neither a test nor an attack has.
fn missing(page: &str, sources: &str) -> Vec<String> {
    let exists = |name: &str, is_attack: bool| {
        if is_attack { attack::find(name).is_some() } else { sources.contains(&format!("fn {name}(")) }
    };
    names(page).into_iter().filter(|(name, is_attack)| !exists(name, *is_attack)).map(|(name, _)| name).collect()
}

#[test]
fn every_test_and_attack_that_a_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut sources = String::new();
    read_sources(root, &mut sources);
    for page in ["SECURITY.md", "docs/review.md"] {
        let text = fs::read_to_string(root.join(page)).expect("the page");
        assert!(names(&text).len() > 60, "{page} names {} tests and attacks", names(&text).len());
        assert_eq!(missing(&text, &sources), Vec::<String>::new(), "{page}");
    }
}

#[test]
fn a_name_that_does_not_exist_is_found() {
    let page = "see `a_test_that_exists`, `no_such_test_here` and `no-such-attack`; not `kid`, `--quick` or `/livez`";
    assert_eq!(missing(page, "fn a_test_that_exists() {"), ["no-such-attack", "no_such_test_here"]);
}
