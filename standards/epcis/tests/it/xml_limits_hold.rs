//! Each limit of reading XML accepts its number and refuses the next one.

use standards_epcis::{
    limit::{
        EVENT_BYTES_MAX, XML_ATTRIBUTES_PER_ELEMENT_MAX, XML_DEPTH_MAX, XML_EVENT_BYTES_MAX, XML_HEADER_BYTES_MAX,
        XML_NAME_BYTES_MAX, XML_NAMESPACES_IN_SCOPE_MAX, XML_NAMESPACES_PER_DOCUMENT_MAX, XML_NODES_PER_EVENT_MAX,
        XML_NODES_PER_HEADER_MAX, XML_PLACE_BYTES,
    },
    problem::code,
    xml::read::{Document, Options, json_document},
};

use super::xml_attacks_are_refused::many;

fn document(header: &str, events: &str) -> String {
    format!(
        "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:ex=\"urn:ex:\" schemaVersion=\"2.0\" \
         creationDate=\"2026-01-01T00:00:00Z\">{header}<EPCISBody><EventList>{events}</EventList></EPCISBody>\
         </epcis:EPCISDocument>"
    )
}

fn event(inner: &str) -> String {
    document("", &format!("<ObjectEvent>{inner}</ObjectEvent>"))
}

/// The code of the first fault.
fn outcome(xml: &str, options: Options) -> &'static str {
    json_document(xml.as_bytes(), options).err().map_or("accepted", |problem| problem.code)
}

/// Checks that `xml` of a number is accepted, and that of one more is refused.
fn check(limit: usize, refusal: &str, xml: impl Fn(usize) -> String) {
    assert_eq!(outcome(&xml(limit), Options::default()), "accepted", "{limit}");
    assert_eq!(outcome(&xml(limit + 1), Options::default()), refusal, "{limit} and one");
}

#[test]
fn of_elements() {
    // The document, its body, the list and the event are four elements.
    check(XML_DEPTH_MAX, code::XML_TOO_DEEP, |depth| {
        let inner = depth - 4;
        event(&format!("{}{}", "<ex:a>".repeat(inner), "</ex:a>".repeat(inner)))
    });
    check(XML_ATTRIBUTES_PER_ELEMENT_MAX, code::XML_TOO_LARGE, |count| {
        let attributes = many(count, |index| format!(" a{index}=\"\""));
        event(&format!("<ex:a{attributes}/>"))
    });
    check(XML_NAME_BYTES_MAX, code::XML_TOO_LARGE, |count| event(&format!("<ex:{}/>", "a".repeat(count))));
    // The document declares two.
    check(XML_NAMESPACES_IN_SCOPE_MAX, code::XML_TOO_LARGE, |count| {
        let declarations = many(count - 2, |index| format!(" xmlns:a{index}=\"urn:{index}\""));
        event(&format!("<ex:a{declarations}/>"))
    });
    check(XML_NAMESPACES_PER_DOCUMENT_MAX, code::XML_TOO_LARGE, |count| {
        event(&many(count, |index| format!("<a xmlns=\"urn:{index}\"/>")))
    });
}

#[test]
fn of_events() {
    check(XML_NODES_PER_EVENT_MAX, code::XML_TOO_LARGE, |count| event(&"<ex:a/>".repeat(count - 1)));
    check(XML_EVENT_BYTES_MAX, code::XML_TOO_LARGE, |bytes| {
        let around = "<ObjectEvent></ObjectEvent>".len();
        event(&" ".repeat(bytes - around))
    });
    let xml = event("<ex:a></ex:a>");
    let mut document = Document::open(xml.as_bytes(), Options::default()).expect("valid");
    let around = document.next_event().expect("one").expect("valid").json.len();
    check(EVENT_BYTES_MAX, code::EVENT_TOO_LARGE, |bytes| {
        event(&format!("<ex:a>{}</ex:a>", "x".repeat(bytes - around)))
    });
}

#[test]
fn of_headers() {
    check(XML_NODES_PER_HEADER_MAX, code::XML_TOO_LARGE, |count| {
        document(&format!("<EPCISHeader>{}</EPCISHeader>", "<ex:a/>".repeat(count - 1)), "")
    });
    check(XML_HEADER_BYTES_MAX, code::EVENT_TOO_LARGE, |bytes| {
        let around = r#"{"ex:a":""}"#.len();
        document(&format!("<EPCISHeader><ex:a>{}</ex:a></EPCISHeader>", "x".repeat(bytes - around)), "")
    });
}

#[test]
fn of_documents() {
    let xml = document("", &"<ObjectEvent/>".repeat(3));
    for (bytes_max, events_max, expected) in
        [(xml.len(), 3, "accepted"), (xml.len() - 1, 3, code::XML_TOO_LARGE), (xml.len(), 2, code::TOO_MANY_EVENTS)]
    {
        assert_eq!(outcome(&xml, Options { bytes_max, events_max, ..Options::default() }), expected);
    }
}

/// The JSON of each event repeats the namespaces that it uses, which the XML declares once.
#[test]
fn of_the_json_that_is_made() {
    let long = "x".repeat(900);
    let events = "<ObjectEvent><l:a>1</l:a></ObjectEvent>".repeat(100);
    let xml = document("", &events).replace("xmlns:ex=", &format!("xmlns:l=\"urn:{long}\" xmlns:ex="));
    let outcome_within = |json_bytes_max| outcome(&xml, Options { json_bytes_max, ..Options::default() });
    let json = json_document(xml.as_bytes(), Options::default()).expect("within the default").json;
    assert!(json.len() > 90_000 && xml.len() < 6_000, "{} {}", json.len(), xml.len());
    // Each event has three values with a place: itself, its type and its own field.
    let end = "]}}".len();
    let needed = json.len() - end + 100 * 3 * XML_PLACE_BYTES;
    assert_eq!((outcome_within(needed), outcome_within(needed - 1)), ("accepted", code::XML_TOO_LARGE));
    assert_eq!(outcome_within(500), code::EVENT_TOO_LARGE);
}
