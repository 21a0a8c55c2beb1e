//! The hash id of an event does not depend on the prefixes that its document chooses (CBV 2.0 section 8: "any CURIE
//! SHALL be expanded"). The expected ids are those of the reference implementation, epcis-event-hash-generator 1.9.3.

use standards_epcis::{
    document,
    hash::{event_hash_id, prehash},
};

const GS1: &str = r#""https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld""#;

/// A document with one event, under a context, with a step, and with further members.
fn document_with(context: &str, members: &str) -> String {
    format!(
        r#"{{"@context":[{GS1},{context}],"type":"EPCISDocument","schemaVersion":"2.0",
        "creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{{"type":"ObjectEvent",
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",
        "epcList":["urn:epc:id:sgtin:0614141.107346.2017"]{members}}}]}}}}"#
    )
}

fn hash(context: &str, members: &str) -> (String, String) {
    let text = document_with(context, members);
    let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    let event = &document.events[0];
    (event_hash_id(event, &document.context), prehash(event, &document.context))
}

const EX: &str = r#"{"ex":"https://ex.example/"}"#;

#[test]
fn a_users_curie_is_expanded_as_the_reference_expands_it() {
    let (id, _) = hash(EX, r#","bizStep":"ex:own""#);
    assert!(id.starts_with("ni:///sha-256;edf83135"), "{id}");
    assert_eq!(hash(EX, r#","bizStep":"https://ex.example/own""#).0, id);
}

/// Each place of a CURIE: with the prefix, and with the IRI written out.
#[test]
fn a_curie_and_its_iri_have_one_hash_in_every_place() {
    for place in [
        r#","bizStep":"VALUE""#,
        r#","disposition":"VALUE""#,
        r#","persistentDisposition":{"set":["VALUE"]}"#,
        r#","readPoint":{"id":"VALUE"}"#,
        r#","bizLocation":{"id":"VALUE"}"#,
        r#","bizTransactionList":[{"type":"VALUE","bizTransaction":"urn:x:1"}]"#,
        r#","bizTransactionList":[{"type":"po","bizTransaction":"VALUE"}]"#,
        r#","sourceList":[{"type":"VALUE","source":"urn:x:1"}]"#,
        r#","destinationList":[{"type":"location","destination":"VALUE"}]"#,
        r#","quantityList":[{"epcClass":"VALUE","quantity":1}]"#,
        r#","certificationInfo":["VALUE"]"#,
        r#","sensorElementList":[{"sensorReport":[{"type":"VALUE"}]}]"#,
        r#","sensorElementList":[{"sensorReport":[{"type":"Temperature","exception":"VALUE","component":"VALUE"}]}]"#,
        r#","sensorElementList":[{"sensorReport":[{"type":"Temperature","microorganism":"VALUE"}]}]"#,
        r#","sensorElementList":[{"sensorMetadata":{"deviceID":"VALUE"},"sensorReport":[{"type":"Temperature"}]}]"#,
        r#","sensorElementList":[{"sensorReport":[{"type":"Temperature","VALUE":1}],"VALUE":2}]"#,
        r#","VALUE":"text""#,
        r#","VALUE":{"VALUE":["VALUE",{"VALUE":1}]}"#,
        r#","readPoint":{"id":"urn:x:1","VALUE":1}"#,
        r#","https://other.example/name":" VALUE ""#,
    ] {
        let full = hash("{}", &place.replace("VALUE", "https://ex.example/a/own"));
        for (context, value) in [
            (r#"{"ex":"https://ex.example/"}"#, "ex:a/own"),
            (r#"{"ex":"https://ex.example/a/"}"#, "ex:own"),
            (r#"{"other":"https://ex.example/a/","ex":"https://ex.example/"}"#, "other:own"),
            (r#"{"ex":{"@id":"https://ex.example/a/"}}"#, "ex:own"),
            (r#"{"ex":"https://wrong.example/"},{"ex":"https://ex.example/a/"}"#, "ex:own"),
            (r#"{"ex":"base:a/","base":"https://ex.example/"}"#, "ex:own"),
        ] {
            assert_eq!(hash(context, &place.replace("VALUE", value)), full, "{place} {context}");
        }
        let own = format!(r#"{},"@context":{{"ex":"https://ex.example/a/"}}"#, place.replace("VALUE", "ex:own"));
        assert_eq!(hash(r#"{"ex":"https://wrong.example/"}"#, &own), full, "{place} in the event's own context");
    }
}

#[test]
fn an_expanded_curie_is_brought_to_its_canonical_form() {
    let link = hash("{}", r#","readPoint":{"id":"https://id.gs1.org/414/4012345000054"}"#);
    assert_eq!(hash(r#"{"dl":"https://own.example/"}"#, r#","readPoint":{"id":"dl:gln/4012345000054"}"#), link);
    let step = hash("{}", r#","bizStep":"shipping""#);
    for (context, value) in [
        (r#"{"c":"urn:epcglobal:cbv:bizstep:"}"#, "c:shipping"),
        (r#"{"c":"https://ref.gs1.org/cbv/"}"#, "c:BizStep-shipping"),
        ("{}", "cbv:BizStep-shipping"),
        ("{}", "https://ref.gs1.org/cbv/BizStep-shipping"),
    ] {
        assert_eq!(hash(context, &format!(r#","bizStep":"{value}""#)), step, "{value}");
    }
}

#[test]
fn master_data_of_gs1_hashes_alike_under_every_prefix() {
    let with = |context: &str, name: &str| {
        let text = document_with(context, &format!(r#","ilmd":{{"{name}":"A"}}"#)).replace("OBSERVE", "ADD");
        let document = document::parse(text.as_bytes()).expect("the document is valid");
        prehash(&document.events[0], &document.context)
    };
    let expected = with("{}", "cbvmda:lotNumber");
    assert!(expected.ends_with("ilmd{urn:epcglobal:cbv:mda}lotNumber=A"), "{expected}");
    for (context, name) in [
        (r#"{"m":"urn:epcglobal:cbv:mda:"}"#, "m:lotNumber"),
        (r#"{"cbvmda":"urn:epcglobal:cbv:mda:"}"#, "cbvmda:lotNumber"),
        (r#"{"cbvmda":"urn:epcglobal:cbv:mda"}"#, "cbvmda:lotNumber"),
        ("{}", "urn:epcglobal:cbv:mda:lotNumber"),
    ] {
        assert_eq!(with(context, name), expected, "{context} {name}");
    }
}

/// What the prefix is bound to decides, so other IRIs are other hashes.
#[test]
fn other_namespaces_have_other_hashes() {
    let step = r#","bizStep":"ex:own""#;
    assert_ne!(hash(EX, step), hash(r#"{"ex":"https://other.example/"}"#, step));
    assert_ne!(hash(EX, r#","ex:a":1"#), hash(r#"{"ex":"https://other.example/"}"#, r#","ex:a":1"#));
    // An unbound prefix is a scheme.
    assert!(hash(EX, r#","bizStep":"own:step""#).1.contains("bizStep=own:step"));
}
