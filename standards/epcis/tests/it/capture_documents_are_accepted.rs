//! The public examples of EPCIS 2.0 are accepted unchanged.

use standards_epcis::document::{self, DocumentKind};

use super::shared_data::{json_files, path, read};

fn accept(file: &std::path::Path) -> usize {
    let bytes = read(file);
    match document::parse(&bytes) {
        Ok(document) => {
            let text = std::str::from_utf8(&bytes).expect("the file is UTF-8");
            for event in &document.events {
                assert!(text.contains(event.raw()), "{}", file.display());
                serde_json::from_str::<serde_json::Value>(event.raw()).expect("the event's text is JSON");
            }
            document.events.len()
        }
        Err(problems) => panic!("{}: {problems:#?}", file.display()),
    }
}

#[test]
fn every_capture_document() {
    for file in json_files("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31) {
        assert!(accept(&file) > 0, "{}", file.display());
    }
}

#[test]
fn every_query_document() {
    for file in json_files("openepcis-test-resources/2.0/EPCIS/JSON/Query", 8) {
        assert!(accept(&file) > 0, "{}", file.display());
    }
}

#[test]
fn every_bare_event() {
    for file in json_files("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Events", 5) {
        let bytes = read(&file);
        let document = document::parse_event(&bytes).unwrap_or_else(|p| panic!("{}: {p:#?}", file.display()));
        assert_eq!(document.kind, DocumentKind::BareEvent);
        assert_eq!(document.events.len(), 1);
        assert_eq!(accept(&file), 1);
    }
}

#[test]
fn the_food_and_timber_examples() {
    let count: usize =
        json_files("openepcis-dpp-ready/extensions/us/fsma204/epcis", 7).iter().map(|file| accept(file)).sum();
    assert_eq!(count, 17);
    for file in json_files("openepcis-dpp-ready/extensions/eu/eudr/epcis", 6) {
        // Its sensor data has a name that is no URI and numbers as text, which the JSON schema does not allow.
        if file.ends_with("harvesting.jsonld") {
            let problems = document::parse(&read(&file)).expect_err("the schema does not allow the document");
            let found: Vec<&str> = problems
                .iter()
                .filter_map(|problem| problem.pointer.strip_prefix("/epcisBody/eventList/0/sensorElementList/0/"))
                .collect();
            assert_eq!(found, ["sensorMetadata/_comment", "sensorReport/0/value", "sensorReport/1/value"]);
            assert_eq!(found.len(), problems.len());
            continue;
        }
        assert!(accept(&file) > 0, "{}", file.display());
    }
}

#[test]
fn every_hash_example() {
    for file in json_files("RalphTro-epcis-event-hash-generator/tests/examples", 14) {
        assert!(accept(&file) > 0, "{}", file.display());
    }
}

#[test]
fn the_generated_events() {
    let folder = "openepcis-epcis-testdata-generator/examples";
    assert_eq!(accept(&path(&format!("{folder}/design test data ui/Generated Events.json"))), 932);
    assert!(accept(&path(&format!("{folder}/create test data ui/Generated Events.json"))) > 0);
}
