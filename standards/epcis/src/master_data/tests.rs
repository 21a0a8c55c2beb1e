//! What is read of master data, and the limits of it.

use super::*;
use crate::{
    document::parse,
    limit::{
        ATTRIBUTES_PER_ELEMENT_MAX, CHILDREN_BYTES_MAX, ELEMENT_BYTES_MAX, ELEMENTS_PER_DOCUMENT_MAX, URI_BYTES_MAX,
    },
    problem::code,
};

const LOCATION: &str = "urn:epcglobal:epcis:vtype:BusinessLocation";
const LIST: &str = "/epcisHeader/epcisMasterData/vocabularyList/0";

/// A document without events and with one vocabulary.
fn document(context: &str, vocabulary: &str, elements: &str) -> String {
    format!(
        r#"{{"@context":{context},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z",
        "epcisHeader":{{"epcisMasterData":{{"vocabularyList":[{{"type":"{vocabulary}","vocabularyElementList":[{elements}]}}]}}}},
        "epcisBody":{{"eventList":[]}}}}"#
    )
}

const CONTEXT: &str = r#"["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://ex.example/"}]"#;

fn of(elements: &str) -> String {
    document(CONTEXT, LOCATION, elements)
}

/// The code and the pointer of the only problem.
fn refused(text: &str) -> (&'static str, String) {
    let problems = parse(text.as_bytes()).expect_err("refused");
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    (problem.code, problem.pointer.clone())
}

#[test]
fn an_element_is_read_and_stored_as_it_was_sent() {
    let element = r#"{ "id":"urn:epc:id:sgln:4012345.00005.0", "attributes":[{"id":"cbvmda:city","attribute":"Köln"},
        {"id":"urn:epcglobal:cbv:mda#name","attribute":{"ex:a":1.50}},{"id":"ex:own","attribute":2e0}],
        "children":["urn:epc:id:sgln:4012345.00006.0","ex:shelf"], "ex:more":[null] }"#;
    let text = of(element);
    let parsed = parse(text.as_bytes()).expect("valid");
    assert!(parsed.events.is_empty());
    let [found] = &parsed.master_data[..] else { panic!("one element") };
    let record = record_of(found, &parsed.context);
    let read = read_record(&record).expect("a record");
    for (element, context) in [(found, &parsed.context), (&read.element, &read.context)] {
        assert_eq!(element.vocabulary(), LOCATION);
        assert_eq!(element.id(), "https://id.gs1.org/414/4012345000054");
        assert_eq!(element.name(), format!("{LOCATION} https://id.gs1.org/414/4012345000054"));
        let children: Vec<_> = element.children(context).collect();
        assert_eq!(children, ["https://id.gs1.org/414/4012345000061", "https://ex.example/shelf"]);
        let attributes: Vec<_> = element.attribute_ids(context).collect();
        let expected = ["urn:epcglobal:cbv:mda#city", "urn:epcglobal:cbv:mda#name", "https://ex.example/own"];
        assert_eq!(attributes, expected);
        assert_eq!(canonical_attribute("cbvmda:city"), expected[0]);
    }
    assert_eq!(content(found, &parsed.context), content(&read.element, &read.context));
    let stored = String::from_utf8(record).expect("UTF-8");
    assert_eq!(stored, format!(r#"{{"@context":{CONTEXT},"vocabulary":"{LOCATION}","element":{element}}}"#));
}

#[test]
fn the_content_is_the_meaning() {
    let content_of = |text: &str| {
        let parsed = parse(text.as_bytes()).expect("valid");
        content(&parsed.master_data[0], &parsed.context)
    };
    let first = content_of(&of(r#"{"id":"ex:a","attributes":[{"id":"ex:x","attribute":1.0}]}"#));
    let renamed = r#"["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"o":"https://ex.example/"}]"#;
    for same in [
        of(r#"{"id":"ex:a","attributes":[{"id":"ex:x","attribute":"1"}]}"#),
        document(renamed, LOCATION, r#"{ "attributes" : [ {"attribute":1,"id":"o:x"} ], "id":"o:a" }"#),
        document(CONTEXT, LOCATION, r#"{"id":"https://ex.example/a","attributes":[{"id":"ex:x","attribute":10e-1}]}"#),
    ] {
        assert_eq!(content_of(&same), first, "{same}");
    }
    for other in [
        of(r#"{"id":"ex:a","attributes":[{"id":"ex:x","attribute":"1.0"}]}"#),
        of(r#"{"id":"ex:a","attributes":[{"id":"ex:y","attribute":1.0}]}"#),
        of(r#"{"id":"ex:b","attributes":[{"id":"ex:x","attribute":1.0}]}"#),
        document(CONTEXT, "ex:v", r#"{"id":"ex:a","attributes":[{"id":"ex:x","attribute":1.0}]}"#),
    ] {
        assert_ne!(content_of(&other), first, "{other}");
    }
}

#[test]
fn faults_have_pointers() {
    for (elements, code, pointer) in [
        ("{}", code::MISSING_FIELD, "/vocabularyElementList/0/id"),
        (r#"{"id":"no URI"}"#, code::INVALID_DOCUMENT, "/vocabularyElementList/0/id"),
        ("7", code::INVALID_DOCUMENT, "/vocabularyElementList/0"),
        (r#"{"id":"ex:a","attributes":{}}"#, code::INVALID_DOCUMENT, "/vocabularyElementList/0/attributes"),
        (r#"{"id":"ex:a","children":["a b"]}"#, code::INVALID_DOCUMENT, "/vocabularyElementList/0/children/0"),
        (
            r#"{"id":"ex:a"},{"id":"ex:b","attributes":[{"attribute":1}]}"#,
            code::MISSING_FIELD,
            "/vocabularyElementList/1/attributes/0/id",
        ),
    ] {
        let problems = parse(of(elements).as_bytes()).expect_err(elements);
        assert_eq!((problems[0].code, &*problems[0].pointer), (code, &*format!("{LIST}{pointer}")), "{elements}");
    }
    let absent = document(CONTEXT, LOCATION, "").replace(&format!(r#""type":"{LOCATION}","#), "");
    assert_eq!(refused(&absent), (code::MISSING_FIELD, format!("{LIST}/type")));
}

#[test]
fn limits_hold() {
    let many = |count: usize| (0..count).map(|n| format!(r#"{{"id":"ex:{n}"}}"#)).collect::<Vec<_>>().join(",");
    assert_eq!(parse(of(&many(ELEMENTS_PER_DOCUMENT_MAX)).as_bytes()).expect("valid").master_data.len(), 1_000);
    let beyond = format!("{LIST}/vocabularyElementList/1000");
    assert_eq!(refused(&of(&many(ELEMENTS_PER_DOCUMENT_MAX + 1))), (code::TOO_MUCH_MASTER_DATA, beyond));

    let first = format!("{LIST}/vocabularyElementList/0");
    let long = |bytes: usize| {
        let empty = r#"{"id":"ex:a","ex:b":""}"#;
        of(&empty.replace(r#":"""#, &format!(r#":"{}""#, "x".repeat(bytes - empty.len()))))
    };
    assert!(parse(long(ELEMENT_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(refused(&long(ELEMENT_BYTES_MAX + 1)), (code::TOO_MUCH_MASTER_DATA, first.clone()));

    let listed = |name: &str, one: &str, count: usize| {
        of(&format!(r#"{{"id":"ex:a","{name}":[{}]}}"#, vec![one; count].join(",")))
    };
    for (name, one, count_max) in [
        ("attributes", r#"{"id":"ex:x"}"#, ATTRIBUTES_PER_ELEMENT_MAX),
        ("children", r#""ex:b""#, CHILDREN_PER_ELEMENT_MAX),
    ] {
        assert!(parse(listed(name, one, count_max).as_bytes()).is_ok());
        let problem = refused(&listed(name, one, count_max + 1));
        assert_eq!(problem, (code::TOO_MUCH_MASTER_DATA, format!("{first}/{name}")));
    }

    let below = |count: usize| {
        of(&format!(
            r#"{{"id":"ex:a","children":[{}]}}"#,
            vec![format!(r#""ex:{}""#, "x".repeat(236)); count].join(",")
        ))
    };
    assert!(parse(below(CHILDREN_BYTES_MAX / 256).as_bytes()).is_ok());
    let beyond = below(CHILDREN_BYTES_MAX / 256 + 1);
    assert_eq!(refused(&beyond), (code::TOO_MUCH_MASTER_DATA, format!("{first}/children")));

    let named = |bytes: usize| of(&format!(r#"{{"id":"ex:{}"}}"#, "x".repeat(bytes - 3)));
    assert!(parse(named(URI_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(refused(&named(URI_BYTES_MAX + 1)), (code::URI_TOO_LONG, format!("{first}/id")));
    // A canonical link encodes letters of a serial: it can be longer than what was sent.
    let vocabulary = |bytes: usize| document(CONTEXT, &format!("urn:{}", "x".repeat(bytes - 4)), r#"{"id":"ex:a"}"#);
    assert!(parse(vocabulary(VOCABULARY_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(refused(&vocabulary(VOCABULARY_BYTES_MAX + 1)), (code::URI_TOO_LONG, format!("{LIST}/type")));

    // A short name of a long namespace: 1,000 bytes for each of six.
    let context = format!(r#"{{"ex":"urn:ex:","n":"urn:{}"}}"#, "x".repeat(1_000));
    let element = format!(r#"{{"id":"ex:a:b","ex:c":[{}]}}"#, vec![r#""n:a""#; 1_000].join(","));
    let texts = |count: usize| document(&context, LOCATION, &vec![&*element; count].join(","));
    assert!(parse(texts(15).as_bytes()).is_ok());
    let (code, pointer) = refused(&texts(20));
    assert_eq!((code, pointer), (code::TOO_MUCH_MASTER_DATA, format!("{LIST}/vocabularyElementList/15")));
}

#[test]
fn what_is_no_record_is_refused() {
    for bytes in [
        "",
        "[]",
        r#"{"@context":{},"event":{}}"#,
        r#"{"@context":{},"vocabulary":"urn:x:v","element":{}}"#,
        r#"{"@context":{},"vocabulary":"urn:x:v w","element":{"id":"urn:x:a"}}"#,
        r#"{"@context":7,"vocabulary":"urn:x:v","element":{"id":"urn:x:a"}}"#,
        r#"{"vocabulary":"urn:x:v","element":{"id":"urn:x:a"}}"#,
    ] {
        read_record(bytes.as_bytes()).expect_err(bytes);
    }
    read_record(br#"{"@context":{},"vocabulary":"urn:x:v","element":{"id":"urn:x:a"}}"#).expect("a record");
}
