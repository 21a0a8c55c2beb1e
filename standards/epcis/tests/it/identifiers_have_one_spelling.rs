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
fn neither_percent_encoding_nor_case_of_the_scheme_changes_hash_index_or_query() {
    for (one, other) in [
        ("urn:epc:id:sgtin:4012345.011111.A-1", "urn:epc:id:sgtin:4012345.011111.%41%2d1"),
        ("https://id.gs1.org/01/04012345111118/21/A-1", "https://x.example/%67tin/4012345111118/ser/%41%2D1"),
        ("https://id.gs1.org/8004/4012345A%2F1", "https://id.gs1.org/8004/401%32345%41%2f1"),
        ("urn:epc:id:adi:W81X9C.3KL-984.12J", "urn:epc:id:adi:W81X9C.3KL%2D984.12%4a"),
        ("urn:epc:id:sgtin:4012345.011111.A-1", "URN:EPC:id:sgtin:4012345.011111.A-1"),
        ("urn:epc:id:adi:W81X9C.3KL-984.12J", "urn:EPC:id:adi:W81X9C.3KL-984.12J"),
        ("https://id.gs1.org/01/04012345111118/21/A-1", "HTTPS://id.gs1.org/01/04012345111118/21/A-1"),
        ("https://id.gs1.org/414/4012345000054", "Http://X.example/gln/4012345000054"),
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

#[test]
fn the_case_of_all_else_in_a_urn_is_a_difference() {
    for text in ["urn:epc:ID:sgtin:4012345.011111.A", "URN:EPC:id:SGTIN:4012345.011111.A"] {
        assert_eq!(digital_link(text), None, "{text}");
    }
    let link = |serial| canonical(&format!("URN:EPC:id:sgtin:4012345.011111.{serial}")).into_owned();
    assert_ne!(link("a"), link("A"));
    let patterns = |text| parse_parameters([("MATCH_epc", text)]).map(|query| query.matches);
    let small = patterns("urn:epc:idpat:sgtin:4012345.011111.*").expect("a pattern");
    assert_eq!(patterns("URN:Epc:idpat:sgtin:4012345.011111.*").expect("a pattern"), small);
    assert_ne!(patterns("urn:epc:IDPAT:sgtin:4012345.011111.*").expect("a URN"), small);
}

#[test]
fn the_case_of_the_scheme_of_a_standard_word_changes_no_hash() {
    let hash = |step: &str| {
        let text = format!(
            r#"{{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"ObjectEvent",
            "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","epcList":[],
            "bizStep":"{step}"}}"#
        );
        let document = document::parse(text.as_bytes()).expect("the event is valid");
        event_hash_id(&document.events[0], &document.context)
    };
    for same in [
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "HTTPS://ref.gs1.org/cbv/BizStep-shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "URN:EPCglobal:cbv:bizstep:shipping",
    ] {
        assert_eq!(hash(same), hash("shipping"), "{same}");
    }
    assert_ne!(hash("urn:epcglobal:cbv:BizStep:shipping"), hash("shipping"));
}
