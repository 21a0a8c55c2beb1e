//! EPC URNs and Digital Links of any host for the same object give the same canonical identifier.

use standards_epcis::{
    document,
    extract::index_fields,
    hash::event_hash_id,
    identifier::{canonical, digital_link},
    query::parse_parameters,
};

use super::shared_data::{path, read};

#[test]
fn every_published_pair() {
    let bytes = read(&path("extracted/epc-urn-to-canonical-digital-link.json"));
    let pairs: serde_json::Value = serde_json::from_slice(&bytes).expect("the file is JSON");
    let cases = pairs["cases"].as_array().expect("the file lists cases");
    assert_eq!(cases.len(), 71);
    for case in cases {
        let input = match &case["input"] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let found = digital_link(&input);
        assert_eq!(found.as_deref(), case["expected"].as_str(), "{input}");
        assert_eq!(canonical(&input), case["expected"].as_str().unwrap_or(&input));
    }
}

/// The events that name these identifiers have one hash id and one row, and queries for either find it.
#[test]
fn a_percent_encoding_changes_neither_hash_nor_index_nor_query() {
    for (one, other) in [
        ("urn:epc:id:sgtin:4012345.011111.A-1", "urn:epc:id:sgtin:4012345.011111.%41%2d1"),
        ("https://id.gs1.org/01/04012345111118/21/A-1", "https://x.example/%67tin/4012345111118/ser/%41%2D1"),
        ("https://id.gs1.org/8004/4012345A%2F1", "https://id.gs1.org/8004/401%32345%41%2f1"),
        ("urn:epc:id:adi:W81X9C.3KL-984.12J", "urn:epc:id:adi:W81X9C.3KL%2D984.12%4a"),
    ] {
        let read = |identifier: &str| {
            let text = format!(
                r#"{{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"ObjectEvent",
                "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",
                "readPoint":{{"id":"{identifier}"}},"epcList":["{identifier}"]}}"#
            );
            let document = document::parse(text.as_bytes()).expect("the event is valid");
            let (event, context) = (&document.events[0], &document.context);
            let fields = index_fields(event, context);
            let identifiers: Vec<_> =
                fields.identifiers.iter().map(|found| found.canonical.clone().into_owned()).collect();
            let place = fields.read_point.expect("a place").into_owned();
            (event_hash_id(event, context), identifiers, fields.pattern_keys, place)
        };
        assert_eq!(read(one), read(other), "{one}");
        for name in ["MATCH_anyEPC", "EQ_readPoint"] {
            let query = |value| parse_parameters([(name, value)]).expect("a query");
            assert_eq!(query(one), query(other), "{name} {one}");
        }
    }
}
