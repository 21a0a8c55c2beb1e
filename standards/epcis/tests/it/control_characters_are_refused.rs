//! Control characters are refused wherever a text enters, with a pointer to it.

use standards_epcis::{document, problem::code, query::parse_body};

const GS1: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

/// A document in which `X` stands for the text under test.
fn document_with(context: &str, envelope: &str, event: &str) -> String {
    format!(
        r#"{{"@context":["{GS1}",{{"ex":"https://ex.example/"}},{context}],{envelope}"type":"EPCISDocument","schemaVersion":"2.0",
        "creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{{"type":"ObjectEvent","action":"ADD",
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",{event}}}]}}}}"#
    )
}

/// Every place where a text enters, and whether it is free text, in which lines may end.
fn places() -> Vec<(String, bool)> {
    let event = |event: &str| document_with("{}", "", event);
    let list = r#""epcList":[]"#;
    vec![
        (document_with(r#"{"aX":"https://a.example/"}"#, "", list), false),
        (document_with(r#"{"a":"https://a.example/X"}"#, "", list), false),
        (document_with(r#"{"a":{"@id":"https://a.example/X"}}"#, "", list), false),
        (document_with(r#""https://a.exampleX/""#, "", list), false),
        (document_with("{}", r#""id":"urn:x:X","#, list), false),
        (document_with("{}", r#""sender":"aX","#, list), true),
        (document_with("{}", r#""ex:any":"aX","#, list), true),
        (document_with("{}", r#""ex:anyX":"a","#, list), false),
        (document_with("{}", r#""epcisHeader":{"epcisMasterData":{"ex:a":["aX"]}},"#, list), true),
        (event(r#""epcList":["urn:x:X"]"#), false),
        (event(r#""epcList":[],"eventID":"urn:x:X""#), false),
        (event(r#""epcList":[],"bizStep":"ex:vX""#), false),
        (event(r#""epcList":[],"disposition":"urn:x:X""#), false),
        (event(r#""epcList":[],"readPoint":{"id":"urn:x:X"}"#), false),
        (event(r#""epcList":[],"bizLocation":{"id":"urn:x:X"}"#), false),
        (event(r#""epcList":[],"readPoint":{"id":"urn:x:1","ex:a":"X"}"#), true),
        (event(r#""epcList":[],"bizTransactionList":[{"type":"ex:vX","bizTransaction":"urn:x:1"}]"#), false),
        (event(r#""epcList":[],"bizTransactionList":[{"bizTransaction":"urn:x:X"}]"#), false),
        (event(r#""epcList":[],"sourceList":[{"type":"location","source":"urn:x:X"}]"#), false),
        (event(r#""quantityList":[{"epcClass":"urn:x:X"}]"#), false),
        (event(r#""epcList":[],"certificationInfo":"urn:x:X""#), false),
        (event(r#""epcList":[],"persistentDisposition":{"set":["ex:vX"]}"#), false),
        (event(r#""epcList":[],"@context":{"own":"https://own.example/X"}"#), false),
        (event(r#""epcList":[],"@context":{"ownX":"https://own.example/"}"#), false),
        (
            event(r#""epcList":[],"sensorElementList":[{"sensorReport":[{"type":"Temperature","stringValue":"aX"}]}]"#),
            true,
        ),
        (
            event(
                r#""epcList":[],"sensorElementList":[{"sensorReport":[{"type":"Temperature","uriValue":"urn:x:X"}]}]"#,
            ),
            false,
        ),
        (
            event(r#""epcList":[],"errorDeclaration":{"declarationTime":"2026-01-01T00:00:00Z","reason":"ex:vX"}"#),
            false,
        ),
        (event(r#""epcList":[],"ex:a":"bX""#), true),
        (event(r#""epcList":[],"ex:aX":"b""#), false),
        (event(r#""epcList":[],"ex:a":[{"b":{"c":"dX"}}]"#), true),
        (event(r#""epcList":[],"ex:a":[{"b":{"cX":"d"}}]"#), false),
        (event(r#""epcList":[],"ilmd":{"ex:a":"bX"}"#), true),
        (event(r#""epcList":[],"ilmd":{"ex:aX":"b"}"#), false),
        (event(r#""epcList":[],"ilmd":{"https://a.example/X":"b"}"#), false),
    ]
}

/// Each character, and whether free text may have it.
const CHARACTERS: [(&str, bool); 16] = [
    (r"\u0000", false),
    (r"\u0001", false),
    (r"\b", false),
    (r"\u000b", false),
    (r"\f", false),
    (r"\u001f", false),
    ("\u{7f}", false),
    (r"\u0080", false),
    ("\u{85}", false),
    ("\u{9f}", false),
    (r"\ufffe", false),
    ("\u{ffff}", false),
    (r"\t", true),
    (r"\n", true),
    (r"\r", true),
    ("\u{2028}", true),
];

#[test]
fn in_every_place() {
    for (text, is_free) in places() {
        for clean in ["", "é", "\u{1f600}"] {
            let text = text.replace('X', clean);
            document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        }
        for (character, is_text) in CHARACTERS {
            let text = text.replace('X', character);
            match document::parse(text.as_bytes()) {
                Ok(_) => assert!(is_free && is_text, "{text:?} was accepted"),
                Err(problems) => {
                    assert!(!(is_free && is_text), "{text:?}: {problems:?}");
                    assert_eq!(problems.len(), 1, "{text:?}: {problems:?}");
                    let is_known = [
                        code::INVALID_CHARACTER,
                        code::INVALID_CONTEXT,
                        code::INVALID_DOCUMENT,
                        code::INVALID_URI,
                        code::UNKNOWN_VOCABULARY_WORD,
                    ];
                    assert!(is_known.contains(&problems[0].code), "{text:?}: {problems:?}");
                    assert!(!problems[0].pointer.is_empty(), "{text:?}: {problems:?}");
                }
            }
        }
    }
}

#[test]
fn a_pointer_leads_to_the_text() {
    for (event, pointer) in [
        (r#""epcList":[],"ex:a":[0,{"b":"\u0000"}]"#, "/ex:a/1/b"),
        (r#""epcList":["urn:x:\u0000"]"#, "/epcList/0"),
        (r#""epcList":[],"ex:a":{"b\u0000":1}"#, "/ex:a/b\0"),
    ] {
        let problems = document::parse(document_with("{}", "", event).as_bytes()).expect_err("a control character");
        assert_eq!(problems[0].pointer, format!("/epcisBody/eventList/0{pointer}"));
        assert_eq!(problems[0].code, code::INVALID_CHARACTER);
        assert!(problems[0].detail.contains("U+0000"), "{}", problems[0].detail);
    }
}

#[test]
fn half_a_surrogate_pair_is_no_character() {
    for half in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\ud800x", r"\udfff\ud800"] {
        for text in [format!(r#""epcList":[],"ex:a":"{half}""#), format!(r#""epcList":[],"ex:{half}":1"#)] {
            let problems = document::parse(document_with("{}", "", &text).as_bytes()).expect_err("no character");
            assert_eq!((problems.len(), problems[0].code), (1, code::MALFORMED_JSON));
            assert!(problems[0].detail.contains("surrogate"), "{}", problems[0].detail);
        }
    }
}

#[test]
fn a_query_body_has_none_either() {
    for body in [r#"{"query":{"EQ_eventID":"a\u0000"}}"#, r#"{"EQ_bizStep":["\u0007"]}"#, r#"{"\u0000":1}"#] {
        assert_eq!(parse_body(body.as_bytes()).expect_err("a control character")[0].code, code::INVALID_CHARACTER);
    }
}
