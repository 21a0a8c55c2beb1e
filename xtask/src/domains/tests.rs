//! A complete slice passes; a slice with a missing file, and a stray slice, do not.

use super::{check, matches};
use crate::source::SourceFile;

const COLUMN: [&str; 22] = [
    "chain/types/src/provenance.rs",
    "chain/ledger/src/provenance.rs",
    "chain/ledger/src/provenance/state.rs",
    "chain/ledger/src/provenance/rejection.rs",
    "chain/ledger/src/provenance/capture_event.rs",
    "chain/ledger/src/provenance/tests.rs",
    "indexer/src/provenance.rs",
    "indexer/src/provenance/apply.rs",
    "indexer/src/provenance/query.rs",
    "indexer/src/provenance/row.rs",
    "indexer/src/provenance/tests.rs",
    "gateway/src/provenance.rs",
    "gateway/src/provenance/code.rs",
    "gateway/src/provenance/command.rs",
    "gateway/src/provenance/model.rs",
    "gateway/src/provenance/graphql.rs",
    "gateway/src/provenance/rest.rs",
    "gateway/src/provenance/rest/get_event.rs",
    "gateway/tests/it/provenance_capture.rs",
    "migrations/20260901100000_provenance_event.sql",
    "docs/domains/provenance.md",
    "web/src/provenance/Record.tsx",
];

fn files(paths: &[&str]) -> Vec<SourceFile> {
    paths.iter().map(|path| SourceFile { path: (*path).to_owned(), text: String::new() }).collect()
}

#[test]
fn a_complete_slice_passes() {
    assert_eq!(check(&files(&COLUMN)), []);
}

#[test]
fn every_missing_part_is_found() {
    for hole in COLUMN {
        let rest: Vec<&str> = COLUMN.into_iter().filter(|path| *path != hole).collect();
        assert_eq!(check(&files(&rest)).len(), 1, "{hole}");
    }
}

#[test]
fn a_stray_slice_is_found() {
    for stray in ["chain/ledger/src/charity.rs", "migrations/20260901100000_uav_flight.sql", "web/src/product/Page.tsx"]
    {
        let all: Vec<&str> = COLUMN.into_iter().chain([stray]).collect();
        assert_eq!(check(&files(&all)).len(), 1, "{stray}");
    }
}

#[test]
fn tests_may_be_next_to_the_source_or_in_it() {
    let moved = COLUMN.map(|path| match path {
        "chain/ledger/src/provenance/tests.rs" => "chain/ledger/tests/it/provenance_capture.rs",
        "indexer/src/provenance/tests.rs" => "indexer/tests/it/provenance.rs",
        other => other,
    });
    assert_eq!(check(&files(&moved)), []);
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
