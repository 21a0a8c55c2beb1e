//! The published Digital Link cases: a valid link gives the published element string, and an invalid one is refused.

use serde_json::Value;
use standards_gs1::{
    digital_link::{DigitalLink, Reading},
    element_string::{Notation, write},
};

use super::shared_data::json;

/// The line of the one case whose options are not recorded: it repeats an invalid one after its parser was told to
/// permit AIs that are not in the dictionary.
const UNKNOWN_ATTRIBUTE_LINE: u64 = 1767;

fn reading_of(case: &Value) -> Reading {
    let options = case["options"].as_array().expect("a list of options");
    let mut reading = Reading::STRICT;
    for option in options {
        match option.as_str() {
            Some("permitZeroSuppressedGTIN") => reading.short_gtins = true,
            Some("permitConvenienceAlphas") => reading.short_names = true,
            other => panic!("option {other:?}"),
        }
    }
    reading.unknown_attributes = case["line"].as_u64() == Some(UNKNOWN_ATTRIBUTE_LINE);
    reading
}

#[test]
fn every_published_case() {
    let file = json("extracted/gs1-syntax-engine.parseDLuri.json");
    let cases = file["cases"].as_array().expect("a list of cases");
    let valid = cases.iter().filter(|case| case["valid"] == true).count();
    assert!(cases.len() >= 59 && valid >= 39, "{valid} of {}", cases.len());
    for case in cases {
        let uri = case["uri"].as_str().expect("a URI");
        let found = DigitalLink::parse(uri, reading_of(case)).map(|link| write(link.elements(), Notation::Caret));
        match (&found, case["valid"].as_bool()) {
            (Ok(found), Some(true)) => assert_eq!(Some(found.as_str()), case["element_string"].as_str(), "{uri}"),
            (Err(_), Some(false)) => {}
            _ => panic!("{} of line {}: {found:?}", uri, case["line"]),
        }
    }
}
