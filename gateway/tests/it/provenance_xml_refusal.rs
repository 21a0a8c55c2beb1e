//! Tests XML that is refused: with a stable code, a place, and nothing left behind.

use crate::{
    stack::{Stack, data, files},
    xml::{XML, capture, first_fault, xml_document, xml_event},
};
use gateway::budget::BODY_KIB_MAX;
use http::{Method, StatusCode};
use serde_json::json;
use std::fmt::Write as _;

/// The element of the first event of [`xml_document`].
const EVENT: &str = "/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent";

fn inside(inner: &str) -> String {
    xml_document(&xml_event("urn:uuid:1", inner))
}

fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

/// Each attack, the problem's status and code, and the beginning of the place of its first fault.
fn attacks() -> Vec<(&'static str, String, u16, &'static str, &'static str)> {
    let entities = many(10, |n| format!("<!ENTITY a{} \"{}\">", n + 1, format!("&a{n};").repeat(10)));
    let attributes = many(800_000, |n| format!(" a{n:x}=\"\""));
    let long = "x".repeat(900);
    let two = xml_event("", "<a:v>1</a:v><b:v>1</b:v>");
    let spaces = format!("<epcis:EPCISDocument xmlns:a=\"urn:a:{long}\" xmlns:b=\"urn:b:{long}\"");
    vec![
        (
            "entities",
            format!("<!DOCTYPE a [<!ENTITY a0 \"ha\">{entities}]><a>&a10;</a>"),
            400,
            "request.xml_not_allowed",
            "",
        ),
        (
            "a document type",
            format!(
                "<!DOCTYPE a SYSTEM \"https://a.example/\">{}",
                xml_document("").split_once('\n').expect("lines").1
            ),
            400,
            "request.xml_not_allowed",
            "",
        ),
        ("an entity", inside("<bizStep>&a;</bizStep>"), 400, "request.xml_not_allowed", EVENT),
        ("attributes", inside(&format!("<x:a xmlns:x=\"urn:x\"{attributes}/>")), 413, "request.xml_too_large", EVENT),
        (
            "nesting",
            inside(&format!("<x:a xmlns:x=\"urn:x\">{}", "<x:a>".repeat(500_000))),
            400,
            "request.xml_too_deep",
            EVENT,
        ),
        ("too many events", xml_document(&xml_event("", "").repeat(1_001)), 413, "provenance.too_many_events", EVENT),
        (
            "long namespaces",
            xml_document(&two.repeat(1_000)).replace("<epcis:EPCISDocument", &spaces),
            413,
            "request.xml_too_large",
            EVENT,
        ),
        ("no XML", "{\"type\":\"EPCISDocument\"}".to_owned(), 400, "request.malformed_xml", ""),
        ("an open element", inside("").replace("</ObjectEvent>", ""), 400, "request.malformed_xml", ""),
        ("another document", "<a/>".to_owned(), 400, "provenance.invalid_document", "/a"),
        ("an unknown element", inside("<b/>"), 400, "provenance.invalid_document", EVENT),
        ("a bad word", inside("<bizStep>flying</bizStep>"), 400, "provenance.invalid_document", EVENT),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn attacks_are_refused_with_a_place_and_their_memory_is_given_back() {
    let stack = Stack::start().await;
    for (what, xml, status, code, place) in attacks() {
        for behaviour in ["rollback", "proceed"] {
            if behaviour == "proceed" && ["an unknown element", "a bad word"].contains(&what) {
                continue;
            }
            let headers = [XML, ("gs1-capture-error-behaviour", behaviour)];
            let answer = stack.send(Method::POST, "/epcis/capture", &headers, xml.as_bytes()).await;
            let problem = answer.problem(status, code);
            let (_, pointer) = first_fault(&problem);
            assert!(pointer.starts_with(place), "{what}: {pointer}");
            let detail = problem["errors"][0]["detail"].as_str().expect("a text");
            assert!(detail.starts_with("line ") && detail.contains(", column "), "{what}: {detail}");
            assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("epcisException:")), "{problem}");
            assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX, "{what}");
        }
    }
    let large = inside(&"<!-- -->".repeat(1_100_000));
    stack.send(Method::POST, "/epcis/capture", &[XML], large.as_bytes()).await.problem(413, "request.body_too_large");
    assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
    assert_eq!(stack.operation_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_at_its_element_line_and_column() {
    let stack = Stack::start().await;
    let bad = xml_event("urn:uuid:2", "<bizStep>flying</bizStep>\n<disposition>lost in space</disposition>");
    let xml = xml_document(&format!("\n{}\n{bad}\n", xml_event("urn:uuid:1", "")));
    let problem = capture(&stack, xml.as_bytes()).await.problem(400, "provenance.invalid_document");
    let errors = problem["errors"].as_array().expect("faults");
    let lines: Vec<&str> = xml.lines().collect();
    let places = [(4, "bizStep", "<bizStep"), (5, "disposition", "<disposition")];
    assert_eq!(errors.len(), places.len(), "{problem}");
    for (error, (line, name, tag)) in errors.iter().zip(places) {
        assert_eq!(error["pointer"], format!("{EVENT}[2]/{name}"));
        assert_eq!(error["code"], "provenance.unknown_vocabulary_word");
        let column = lines[line - 1].find(tag).expect("in its line") + 1;
        let begin = format!("line {line}, column {column}: ");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.starts_with(&begin)), "{error}");
    }
    let many: String = (0..1_000).fold(String::new(), |mut events, n| {
        write!(events, "{}", xml_event(&format!("urn:uuid:{n}"), "<bizStep>a b</bizStep>")).expect("a text");
        events
    });
    let problem = capture(&stack, xml_document(&many).as_bytes()).await.problem(400, "provenance.invalid_document");
    assert!((2..=100).contains(&problem["errors"].as_array().expect("faults").len()));
    assert_eq!(stack.operation_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn proceed_stores_the_good_events_and_reports_each_bad_one_at_its_element() {
    let stack = Stack::start().await;
    let events = [
        xml_event("urn:uuid:bad", "<bizStep>flying</bizStep>"),
        xml_event("urn:uuid:a", ""),
        xml_event("urn:uuid:bad", "<unknown/>"),
        xml_event("urn:uuid:bad", "").replace("<action>", "<action/><action>"),
        "<Nothing/>".to_owned(),
        xml_event("urn:uuid:b", "<x:own xmlns:x=\"urn:x:\">1</x:own>"),
        xml_event("urn:uuid:bad", "<bizStep>a b</bizStep><disposition>c d</disposition>"),
    ];
    let headers = [XML, ("prefer", "wait=20"), ("gs1-capture-error-behaviour", "proceed")];
    let answer = stack.send(Method::POST, "/epcis/capture", &headers, xml_document(&events.concat()).as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let job = answer.json();
    assert_eq!((&job["running"], &job["success"]), (&json!(false), &json!(false)), "{job}");
    let list = "/epcis:EPCISDocument/EPCISBody/EventList";
    let found: Vec<(String, String)> = job["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| {
            (error["code"].as_str().expect("a code").into(), error["pointer"].as_str().expect("a place").into())
        })
        .collect();
    let expected = [
        ("provenance.unknown_vocabulary_word", "ObjectEvent/bizStep"),
        ("provenance.unknown_field", "ObjectEvent[3]/unknown"),
        ("provenance.repeated_element", "ObjectEvent[4]/action[2]"),
        ("provenance.invalid_event_type", "Nothing"),
        ("provenance.unknown_vocabulary_word", "ObjectEvent[6]/bizStep"),
        ("provenance.unknown_vocabulary_word", "ObjectEvent[6]/disposition"),
    ];
    assert_eq!(found, expected.map(|(code, place)| (code.to_owned(), format!("{list}/{place}"))));
    let mut ids: Vec<_> = stack.get("/epcis/events").await.events().iter().map(|it| it["eventID"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, ["urn:uuid:a", "urn:uuid:b"]);
    // What a refused event used of prefixes is not in the record of a good one.
    let good = stack.get("/epcis/events/urn%3Auuid%3Ab").await.events();
    assert_eq!(good[0]["x:own"], "1", "{good:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_invalid_document_is_refused_at_an_element() {
    let stack = Stack::start().await;
    let invalid = files(&data("epcis/openepcis-test-resources/2.0/EPCIS/XML/Capture/Invalid"), &[".xml"]);
    assert_eq!(invalid.len(), 7);
    for path in invalid {
        let answer = capture(&stack, &std::fs::read(&path).expect("readable")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}: {}", path.display(), answer.text());
        let (_, pointer) = first_fault(&answer.json());
        assert!(pointer.contains("ObjectEvent"), "{}: {pointer}", path.display());
    }
    assert_eq!(stack.operation_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_media_types_and_encodings_are_refused() {
    let stack = Stack::start().await;
    let xml = inside("");
    for (uri, kind) in [
        ("/epcis/capture", "text/csv"),
        ("/epcis/capture", "application/xml; charset=utf-16"),
        ("/epcis/capture", "text/xml;charset=\"iso-8859-1\""),
        ("/epcis/capture", "application/soap+xml"),
        ("/epcis/events", "text/plain"),
        ("/epcis/queries", "application/xml"),
    ] {
        let answer = stack.send(Method::POST, uri, &[("content-type", kind)], xml.as_bytes()).await;
        let problem = answer.problem(415, "request.unsupported_media_type");
        assert_eq!(problem["type"], "epcisException:UnsupportedMediaTypeException", "{uri} {kind}");
    }
    let bytes: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    capture(&stack, &bytes).await.problem(400, "request.malformed_xml");
    assert_eq!(stack.operation_count().await, 0);
}
