//! The XML documents of the shared test data, and what tests of XML do with them.

use std::path::PathBuf;

use standards_epcis::{
    document::{self, CaptureDocument},
    hash::{event_hash_id, prehash},
    problem::Problem,
    xml::read::{ElementOrder, JsonDocument, Options, json_document},
};

use super::shared_data::path;

pub(crate) const CAPTURE: &str = "openepcis-test-resources/2.0/EPCIS/XML/Capture/Documents";
pub(crate) const EVENTS: &str = "openepcis-test-resources/2.0/EPCIS/XML/Capture/Events";
pub(crate) const QUERY: &str = "openepcis-test-resources/2.0/EPCIS/XML/Query";
pub(crate) const QUERY_DOCUMENTS: &str = "openepcis-test-resources/2.0/EPCIS/XML/Query/Documents";
pub(crate) const OLD: &str = "openepcis-test-resources/1.2/EPCIS/XML/Capture/Documents";
pub(crate) const HASHED: &str = "RalphTro-epcis-event-hash-generator/tests/examples";
pub(crate) const EQUAL: &str = "RalphTro-epcis-event-hash-generator/tests/expected_equal";
pub(crate) const SANITISED: &str = "eecc-epcis-sanitisation/tests/events";

/// The XML files of a folder in order. Panics unless there are `count` of them.
pub(crate) fn xml_files(below: &str, count: usize) -> Vec<PathBuf> {
    let folder = path(below);
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error} (WAYMARK_DATA names the folder)", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .collect();
    files.sort();
    assert_eq!(files.len(), count, "{}", folder.display());
    files
}

/// Options that accept documents whose elements are in another order than that of the schema.
pub(crate) fn any_order() -> Options {
    Options { order: ElementOrder::Any, ..Options::default() }
}

/// Reads a document, in any order of elements.
pub(crate) fn to_json<'x>(name: &str, xml: &'x [u8]) -> JsonDocument<'x> {
    json_document(xml, any_order()).unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// Validates a document.
pub(crate) fn validated<'j>(name: &str, json: &'j JsonDocument<'_>) -> CaptureDocument<'j> {
    document::parse(json.json.as_bytes())
        .unwrap_or_else(|problems: Vec<Problem>| panic!("{name}: {problems:?}\n{}", json.json))
}

pub(crate) fn hashes(document: &CaptureDocument<'_>) -> Vec<String> {
    document.events.iter().map(|event| event_hash_id(event, &document.context)).collect()
}

pub(crate) fn prehashes(document: &CaptureDocument<'_>) -> Vec<String> {
    document.events.iter().map(|event| prehash(event, &document.context)).collect()
}
