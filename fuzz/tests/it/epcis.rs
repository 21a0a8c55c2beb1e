//! Documents and values of EPCIS. What is accepted survives writing and reading again.

use fuzz::{Target, fuzz};
use standards_epcis::{
    document::{self, CaptureDocument},
    hash, identifier,
    pattern::{Level, Pattern},
    timestamp::{Timestamp, format_unix_ms, is_zone_offset},
};

/// An event with its own context.
const EVENT: &str = include_str!("../../corpus/bare_event/example.json");
const WORDS: [&str; 24] = [
    "\"@context\"",
    "\"type\"",
    "\"ObjectEvent\"",
    "\"EPCISDocument\"",
    "\"EPCISQueryDocument\"",
    "\"epcisBody\"",
    "\"eventList\":[",
    "\"queryResults\":{\"resultsBody\":",
    "\"epcList\":[",
    "\"quantity\":",
    "\"eventTime\":",
    "\"errorDeclaration\":{",
    "\"sensorElementList\":[",
    "\"sensorReport\":[",
    "\"ilmd\":{",
    "ex:",
    "\"ex\":\"",
    "urn:epc:id:sgtin:",
    "urn:epc:idpat:",
    "https://id.gs1.org/01/",
    "{\"a\":",
    "[1,",
    "\"rdfs:comment\"",
    "gs1:",
];

/// Checks that each event of an accepted document survives its record, and returns the outcome.
fn read(document: Result<CaptureDocument<'_>, Vec<standards_epcis::problem::Problem>>) -> String {
    let document = match document {
        Ok(document) => document,
        Err(problems) => {
            assert!(!problems.is_empty(), "a refusal names a problem");
            return problems.iter().take(3).map(|problem| problem.code).collect::<Vec<_>>().join(" ");
        }
    };
    for event in &document.events {
        let id = hash::event_hash_id(event, &document.context);
        let record = document::record_document(document.context.raw(), event.raw());
        let again = document::read_record(&record).expect("a record of an accepted event can be read");
        assert_eq!(again.event.raw(), event.raw(), "the bytes of an event are kept");
        assert_eq!(hash::event_hash_id(&again.event, &again.context), id, "the id does not depend on the envelope");
    }
    format!("{:?} {}", document.kind, document.events.len())
}

#[test]
fn capture_document() {
    let target = Target { name: "capture_document", words: &WORDS, examples: &[], base_us: 20_000, byte_ns: 3_000 };
    fuzz(&target, |input| read(document::parse(input)));
}

#[test]
fn bare_event() {
    let target = Target { name: "bare_event", words: &WORDS, examples: &[], base_us: 20_000, byte_ns: 3_000 };
    fuzz(&target, |input| read(document::parse_event(input)));
}

#[test]
fn context() {
    let words = ["\"ex\":\"https://ex.example/\"", "{\"@id\":\"", "\"@vocab\":\"", "\"@base\":", "null,", "\"ex:a\":1"];
    let target = Target { name: "context", words: &words, examples: &[], base_us: 20_000, byte_ns: 3_000 };
    let (_, rest) = EVENT.split_once("],\"type\"").expect("the example has a context");
    fuzz(&target, |input| {
        let document = [b"{\"@context\":", input, b",\"type\"", rest.as_bytes()].concat();
        read(document::parse_event(&document))
    });
}

#[test]
fn identifier_text() {
    let target = Target {
        name: "identifier",
        words: &[
            "urn:epc:id:sgtin:",
            "urn:epc:class:lgtin:",
            "urn:epc:id:sscc:",
            "https://id.gs1.org/01/",
            "/10/",
            "/21/",
            ".0",
            "%2F",
        ],
        examples: &[
            "urn:epc:id:sgtin:4012345.011111.9876",
            "https://id.gs1.org/01/09506000134352/10/L-1",
            "https://example.org/00/340123450000000017?a=b#c",
            "urn:epc:id:grai:4012345.11111.a%2Fb",
        ],
        base_us: 5_000,
        byte_ns: 500,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let canonical = identifier::canonical(&text);
        assert_eq!(identifier::canonical(&canonical), canonical, "the canonical form is its own canonical form");
        format!("{} {}", identifier::digital_link(&text).is_some(), canonical == text)
    });
}

#[test]
fn pattern() {
    let target = Target {
        name: "pattern",
        words: &["urn:epc:idpat:sgtin:", "urn:epc:idpat:sscc:", ".*", "[1-9]", "*.*.*", "4012345."],
        examples: &[
            "urn:epc:idpat:sgtin:4012345.011111.*",
            "urn:epc:idpat:sgtin:*.*.*",
            "urn:epc:id:sgtin:4012345.011111.1",
        ],
        base_us: 5_000,
        byte_ns: 500,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let patterns = [Level::Instance, Level::Class].map(|level| Pattern::parse(&text, level));
        let matches = |pattern: &Pattern| pattern.matches("https://id.gs1.org/01/04012345111118/21/9876");
        format!("{:?}", patterns.map(|pattern| pattern.as_ref().map(matches)))
    });
}

#[test]
fn timestamp() {
    let target = Target {
        name: "timestamp",
        words: &["2026-04-20T08:00:00", ".123", ".9999", "Z", "+14:00", "-00:00", "24:00", "0000-", "9999-12-31"],
        examples: &["2026-04-20T08:00:00.123456Z", "2026-02-29T23:59:60-05:00", "+02:00"],
        base_us: 5_000,
        byte_ns: 200,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let Some(time) = Timestamp::parse(&text) else { return format!("{}", is_zone_offset(&text)) };
        let written = format_unix_ms(time.unix_ms());
        let again = Timestamp::parse(&written).expect("what is written can be read");
        assert_eq!(again.unix_ms(), time.unix_ms(), "{text} is written as {written}");
        "a time".to_owned()
    });
}

#[test]
fn number() {
    let target = Target {
        name: "number",
        words: &["1e", "E-", "0.000", "-", "999999999", ".5", "e+10000", "e10001"],
        examples: &["0", "-12.50", "1e400", "395212340000000017", "0.1e-7"],
        base_us: 5_000,
        byte_ns: 500,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        match standards_number::canonical(&text) {
            Ok(canonical) => {
                let again = standards_number::canonical(&canonical).expect("the canonical text is a number");
                assert_eq!(again, canonical, "{text}");
                "a number".to_owned()
            }
            Err(error) => error.to_string(),
        }
    });
}
