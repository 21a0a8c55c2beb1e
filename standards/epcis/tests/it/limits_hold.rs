//! Each limit admits its own number, and refuses one more.

use standards_epcis::{
    document::{self, parse_event},
    limit::{
        EVENT_BYTES_MAX, EVENTS_PER_DOCUMENT_MAX, IDENTIFIERS_PER_EVENT_MAX, JSON_DEPTH_MAX, NUMBER_DIGITS_MAX,
        NUMBER_EXPONENT_MAX, PROBLEMS_MAX, URI_BYTES_MAX,
    },
    problem::code,
};

fn event(members: &str) -> String {
    format!(
        r#"{{"@context":{{"ex":"https://ex.org/"}},"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD",{members}}}"#
    )
}

fn documents_of(event: &str, count: usize) -> String {
    let events = vec![event; count].join(",");
    format!(
        r#"{{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{events}]}}}}"#
    )
}

fn only_code(text: &str) -> &'static str {
    let problems = document::parse(text.as_bytes()).expect_err("refused");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].code
}

#[test]
fn events_per_document() {
    let event = event(r#""epcList":["a:b"]"#);
    let document = documents_of(&event, EVENTS_PER_DOCUMENT_MAX);
    assert_eq!(
        document::parse(document.as_bytes()).expect("the document has the most allowed events").events.len(),
        EVENTS_PER_DOCUMENT_MAX
    );
    assert_eq!(only_code(&documents_of(&event, EVENTS_PER_DOCUMENT_MAX + 1)), code::TOO_MANY_EVENTS);
}

#[test]
fn identifiers_per_event_over_all_lists() {
    let with = |epcs: usize| {
        let epcs: Vec<String> = (0..epcs).map(|i| format!("\"urn:epc:id:sgtin:4012345.011111.{i}\"")).collect();
        event(&format!(r#""quantityList":[{{"epcClass":"a:b"}}],"epcList":[{}]"#, epcs.join(",")))
    };
    assert!(parse_event(with(IDENTIFIERS_PER_EVENT_MAX - 1).as_bytes()).is_ok());
    let problems = parse_event(with(IDENTIFIERS_PER_EVENT_MAX).as_bytes()).expect_err("one too many");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, code::TOO_MANY_IDENTIFIERS);
    assert_eq!(problems[0].pointer, "/quantityList");
    let problems = parse_event(with(IDENTIFIERS_PER_EVENT_MAX + 1).as_bytes()).expect_err("1,001 instances");
    assert_eq!((problems[0].code, problems[0].pointer.as_str()), (code::TOO_MANY_IDENTIFIERS, "/epcList"));
}

#[test]
fn depth_and_a_record_of_the_deepest_event() {
    let nested =
        |depth: usize| event(&format!(r#""epcList":["a:b"],"ex:a":{}{}"#, "[".repeat(depth), "]".repeat(depth)));
    let deepest = nested(JSON_DEPTH_MAX - 1);
    let document = parse_event(deepest.as_bytes()).expect("the event has the greatest allowed depth");
    let record = document::record_document(document.context.raw(), document.events[0].raw());
    document::read_record(&record).expect("the deepest event can be stored and read");
    assert_eq!(only_code(&nested(JSON_DEPTH_MAX)), code::JSON_TOO_DEEP);
    assert_eq!(only_code(&nested(10_000)), code::JSON_TOO_DEEP);
    assert_eq!(only_code(&"{\"a\":".repeat(10_000)), code::JSON_TOO_DEEP);
}

#[test]
fn bytes_per_event() {
    let with = |bytes: usize| {
        let empty = event(r#""epcList":["a:b"],"ex:a":"""#).len();
        event(&format!(r#""epcList":["a:b"],"ex:a":"{}""#, "x".repeat(bytes - empty)))
    };
    assert!(parse_event(with(EVENT_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(only_code(&with(EVENT_BYTES_MAX + 1)), code::EVENT_TOO_LARGE);
}

#[test]
fn bytes_per_uri() {
    let with = |bytes: usize| event(&format!(r#""epcList":["a:{}"]"#, "x".repeat(bytes - 2)));
    assert!(parse_event(with(URI_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(only_code(&with(URI_BYTES_MAX + 1)), code::URI_TOO_LONG);
    let word = event(&format!(r#""epcList":[],"bizStep":"a:{}""#, "x".repeat(URI_BYTES_MAX)));
    assert_eq!(only_code(&word), code::URI_TOO_LONG);
}

#[test]
fn digits_and_exponent_of_a_number() {
    let with = |number: &str| event(&format!(r#""quantityList":[{{"epcClass":"a:b","quantity":{number}}}]"#));
    let nines = |count: usize| with(&"9".repeat(count));
    assert!(parse_event(nines(NUMBER_DIGITS_MAX).as_bytes()).is_ok());
    let problems = parse_event(nines(NUMBER_DIGITS_MAX + 1).as_bytes()).expect_err("one too many");
    assert_eq!((&*problems[0].pointer, problems[0].code), ("/quantityList/0/quantity", code::NUMBER_OUT_OF_RANGE));
    assert!(problems[0].detail.contains("1000 significant digits"), "{}", problems[0].detail);
    assert_eq!(only_code(&nines(200_000)), code::NUMBER_OUT_OF_RANGE);
    let power = |sign: &str, exponent: i64| with(&format!("1e{sign}{exponent}"));
    for sign in ["", "-"] {
        assert!(parse_event(power(sign, NUMBER_EXPONENT_MAX).as_bytes()).is_ok());
        assert_eq!(only_code(&power(sign, NUMBER_EXPONENT_MAX + 1)), code::NUMBER_OUT_OF_RANGE);
    }
}

#[test]
fn problems_per_document() {
    let document = documents_of("7", EVENTS_PER_DOCUMENT_MAX);
    assert_eq!(document::parse(document.as_bytes()).expect_err("no events").len(), PROBLEMS_MAX);
}
