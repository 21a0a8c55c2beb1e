//! A complete set of files for a domain passes. A missing file, a shared file without the domain, a stray domain name
//! and a stale checklist are found.

use super::{
    check_columns, checklist, matches, shared,
    table::{COLUMN, OWN_COLUMN, OWN_SLICES, SHARED},
};
use crate::{finding::Finding, source::SourceFile};
use std::path::Path;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// A path that a pattern matches for a slice.
fn example(pattern: &str, slice: &str) -> String {
    pattern.replace("{}", slice).replace('*', "some_thing")
}

/// A domain in every layer, with all that is the ledger's own.
fn repository() -> Vec<SourceFile> {
    let domain = COLUMN.iter().map(|place| file(&example(place.paths[0], "provenance"), ""));
    let own = OWN_SLICES.into_iter().flat_map(|slice| OWN_COLUMN.iter().map(move |paths| example(paths[0], slice)));
    let shared = SHARED.iter().map(|place| file(place.paths[0], "Provenance: provenance;"));
    domain.chain(own.map(|path| file(&path, ""))).chain(shared).collect()
}

fn found(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = check_columns(files);
    shared::check(files, &super::existing(files), &mut findings);
    findings
}

#[test]
fn a_complete_column_passes() {
    assert_eq!(found(&repository()), []);
}

#[test]
fn every_hole_is_found() {
    let domain = COLUMN.iter().map(|place| (place.paths, "provenance"));
    let own = OWN_SLICES.into_iter().flat_map(|slice| OWN_COLUMN.iter().map(move |paths| (*paths, slice)));
    for (paths, slice) in domain.chain(own) {
        let mut files = repository();
        files.retain(|file| !shared::is_at(paths, slice, &file.path));
        assert!(!found(&files).is_empty(), "{paths:?} of {slice}");
    }
}

#[test]
fn a_domain_that_begins_anywhere_is_missed_everywhere_else() {
    for stray in ["chain/ledger/src/slice/charity.rs", "migrations/20260901100000_uav_flight.sql"] {
        let mut files = repository();
        files.push(file(stray, ""));
        // The changelog is not asked.
        assert_eq!(found(&files).len(), COLUMN.len() - 1 + SHARED.len() - 1, "{stray}");
    }
}

#[test]
fn a_shared_file_without_the_domain_is_found() {
    for place in SHARED {
        let mut files = repository();
        for file in files.iter_mut().filter(|file| file.path == place.paths[0]) {
            file.text = "Settlement: settlement;".to_owned();
        }
        assert_eq!(found(&files).len(), usize::from(place.paths[0] != "CHANGELOG.md"), "{}", place.paths[0]);
    }
}

#[test]
fn code_that_names_a_domain_elsewhere_is_found() {
    for (path, line, is_found) in [
        ("gateway/src/door.rs", "use crate::provenance;", true),
        ("gateway/src/door.rs", "Scope::ProvenanceRead", true),
        ("web/src/shell/Page.tsx", "import { page } from \"../uav/page.ts\";", true),
        ("gateway/src/door.rs", "    uav,", true),
        ("gateway/src/door.rs", "\"charity.unknown\"", true),
        ("gateway/src/door.rs", "let product = left * right;", false),
        ("gateway/src/door.rs", "// as in provenance::code", false),
        ("gateway/src/door.rs", "improvenance()", false),
        ("gateway/src/door.rs", "#[cfg(test)]\nuse crate::provenance;", false),
        ("gateway/tests/it/door.rs", "use gateway::provenance;", false),
        ("gateway/src/slice/provenance/rest/read.rs", "use crate::provenance;", false),
        ("standards/epcis/src/problem.rs", "\"provenance.invalid\"", false),
    ] {
        let mut files = repository();
        files.push(file(path, line));
        assert_eq!(found(&files).len(), usize::from(is_found), "{path}: {line}");
    }
}

#[test]
fn the_checklist_is_compared() {
    let root = Path::new("nowhere");
    let text = checklist::render();
    let of = |text: &str| checklist::check(root, &[file("CONTRIBUTING.md", text)], false).expect("nothing is written");
    assert_eq!(of(&format!("before\n{text}after\n")), []);
    let changed = text.replacen("one file per command", "a file", 1);
    assert_ne!(changed, text);
    for stale in [changed.as_str(), "no list", ""] {
        assert_eq!(of(stale).len(), 1, "{stale}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 120));
}

#[test]
fn a_star_stands_for_one_or_more_characters() {
    for (pattern, path, expected) in [
        ("a/b.rs", "a/b.rs", true),
        ("a/b.rs", "a/b.rsx", false),
        ("a/*", "a/b", true),
        ("a/*", "a/", false),
        ("m/*_uav_*", "m/1_uav_flight.sql", true),
        ("m/*_uav_*", "m/_uav_flight.sql", false),
        ("m/*_uav_*", "m/1_uav_", false),
    ] {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }
}
