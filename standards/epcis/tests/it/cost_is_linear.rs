//! The work of a capture and of an answer is in proportion to their bytes. Each document here is as costly as its
//! form allows.

use std::{fmt::Write as _, time::Instant};

use standards_epcis::{
    document::{self, QueryResult, content, query_document, read_record, record_of},
    extract::index_fields,
    filter::{Checker, ElementChecker, Elements, Outcome, Wanted},
    hash::event_hash_id,
    limit::{CONTEXT_BYTES_MAX, EVENT_BYTES_MAX, EVENTS_PER_DOCUMENT_MAX, PROBLEMS_MAX},
    master_data,
    problem::code,
    query::{EventQuery, parse_parameters, parse_parameters_with},
};

/// The bytes of each document: a quarter of the largest capture.
const BYTES: usize = 2 * 1024 * 1024;

/// The most processor time of a document, in nanoseconds a byte. Work that grows with the square of a document exceeds
/// it many times.
const NS_PER_BYTE_MAX: u128 = 400;
/// Shorter documents may take as long as one of so many bytes.
const BYTES_MIN: usize = 16 * 1024;

const TIMES: &str = r#""eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00""#;

/// The processor time of this thread, in nanoseconds; other programs on the machine do not count. Where the system does
/// not tell it, the time on the clock.
fn now_ns(start: Instant) -> u128 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| start.elapsed().as_nanos())
}

pub(crate) fn timed<T>(what: &str, bytes: usize, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let before = now_ns(start);
    let result = work();
    let ns_per_byte = (now_ns(start) - before) / bytes.max(BYTES_MIN) as u128;
    assert!(ns_per_byte < NS_PER_BYTE_MAX, "{what}: {ns_per_byte} ns/byte");
    result
}

/// A document of as many events as fit, each made from its number.
fn document_of(context: &str, event: impl Fn(usize) -> String) -> String {
    let mut text = format!(
        r#"{{"@context":{context},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":["#
    );
    for index in 0..EVENTS_PER_DOCUMENT_MAX {
        let event = event(index);
        if text.len() + event.len() + 10 > BYTES {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text.push_str(&event);
    }
    text.push_str("]}}");
    text
}

/// An event that is filled up with members.
fn filled(bytes: usize, start: &str, piece: impl Fn(usize) -> String, end: &str) -> String {
    let mut text = format!(r#"{{"type":"ObjectEvent","action":"ADD",{TIMES},"epcList":[],{start}"#);
    for index in 0.. {
        let piece = piece(index);
        if text.len() + piece.len() + end.len() + 2 > bytes {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text.push_str(&piece);
    }
    text.push_str(end);
    text.push('}');
    text
}

fn full(start: &str, piece: impl Fn(usize) -> String, end: &str) -> String {
    filled(EVENT_BYTES_MAX, start, piece, end)
}

/// As many prefixes as fit into a context.
fn many_prefixes(namespace: &str) -> (String, usize) {
    prefixes_named("p", namespace)
}

/// As many prefixes with this beginning as fit into a context.
fn prefixes_named(name: &str, namespace: &str) -> (String, usize) {
    let mut text = String::from("{");
    let mut count = 0;
    while text.len() + name.len() + namespace.len() + 20 < CONTEXT_BYTES_MAX {
        let comma = if count > 0 { "," } else { "" };
        write!(text, "{comma}\"{name}{count}\":\"{namespace}\"").expect("a String takes all text");
        count += 1;
    }
    text.push('}');
    (text, count)
}

/// The documents, and the code of the problem for which one is refused.
#[allow(clippy::too_many_lines, reason = "one table")]
fn documents() -> Vec<(&'static str, String, Option<&'static str>)> {
    let ex = r#"{"ex":"https://ex.example/"}"#;
    let long = format!(r#"{{"p":"{}"}}"#, "x:".to_owned() + &"y".repeat(1_000));
    let (prefixes, count) = many_prefixes("x:/");
    let long_names = format!(r#"{{"{0}a":"x:/","{0}b":"x:/"}}"#, "p".repeat(7_000));
    let own_context = format!(r#","@context":{prefixes}"#);
    let nested = |open: &str, close: &str| format!("{}0{}", open.repeat(50), close.repeat(50));
    vec![
        ("short members", document_of(ex, |_| full("", |i| format!("\"ex:{i}\":0"), "")), None),
        ("many prefixes", document_of(&prefixes, |_| full("", |i| format!("\"p{}:{i}\":0", i % count), "")), None),
        (
            "unbound prefixes",
            document_of(&prefixes, |_| full("", |i| format!("\"q{i}:a\":0"), "")),
            Some(code::UNBOUND_PREFIX),
        ),
        (
            "names without a prefix",
            document_of(ex, |_| full("", |i| format!("\"a{i}\":0"), "")),
            Some(code::UNKNOWN_FIELD),
        ),
        (
            "long prefixes",
            document_of(&long_names, |_| full("", |i| format!("\"{}b:{i}\":0", "p".repeat(7_000)), "")),
            None,
        ),
        (
            "a context in each event",
            document_of(ex, |_| filled(20_000, "", |i| format!("\"p{i}:a\":0"), &own_context)),
            None,
        ),
        (
            "values with prefixes",
            document_of(&prefixes, |_| full("\"p0:a\":[", |i| format!("\"p{}:v\"", i % count), "]")),
            None,
        ),
        ("deep lists", document_of(ex, |_| full("", |i| format!("\"ex:{i}\":{}", nested("[", "]")), "")), None),
        (
            "deep objects",
            document_of(ex, |_| full("", |i| format!("\"ex:{i}\":{}", nested("{\"ex:a\":", "}")), "")),
            None,
        ),
        (
            "sensor reports",
            document_of(ex, |_| {
                full("\"sensorElementList\":[{\"sensorReport\":[", |_| "{\"type\":\"Mass\"}".into(), "]}]")
            }),
            None,
        ),
        (
            "identifiers",
            document_of(ex, |_| {
                let epcs: Vec<String> =
                    (0..250).map(|i| format!("\"https://a.example/01/04012345111118/21/{i}\"")).collect();
                format!(r#"{{"type":"AggregationEvent","action":"OBSERVE",{TIMES},"childEPCs":[{}]}}"#, epcs.join(","))
            }),
            None,
        ),
        ("long numbers", document_of(ex, |_| full("\"ex:a\":[", |_| "9".repeat(1_000), "]")), None),
        ("exponents", document_of(ex, |_| full("\"ex:a\":[", |_| "1e390".into(), "]")), Some(code::EVENT_TOO_LARGE)),
        ("escapes", document_of(ex, |_| full("\"ex:a\":\"", |_| "\\u00e9\\n\\ud83d\\ude00".into(), "\"")), None),
        ("equal beginnings", document_of(ex, |_| full("", |i| format!("\"ex:{}{i}\":0", "a".repeat(500)), "")), None),
        ("equal values", document_of(ex, |_| full("\"ex:a\":[", |_| format!("\"{}\"", "a".repeat(500)), "]")), None),
        ("small values", document_of(ex, |_| full("\"ex:a\":[", |_| "0".into(), "]")), None),
        (
            "a long namespace",
            document_of(&long, |_| full("\"p:a\":[", |_| "0".into(), "]")),
            Some(code::EVENT_TOO_LARGE),
        ),
        (
            "long namespaces",
            document_of(&long, |_| filled(2_000, "", |i| format!("\"p:{i}\":0"), "")),
            Some(code::TOO_MANY_EVENTS),
        ),
        (
            "a long name",
            document_of(ex, |_| full(&format!("\"https://a.example/{}\":[", "a".repeat(100_000)), |_| "0".into(), "]")),
            Some(code::EVENT_TOO_LARGE),
        ),
        (
            "faults below a long name",
            document_of(ex, |_| full(&format!("\"{}\":[", "a".repeat(100_000)), |_| "0".into(), "]")),
            Some(code::UNKNOWN_FIELD),
        ),
        (
            "links",
            document_of(ex, |_| {
                full("\"ex:a\":[", |_| format!("\"https://a{}\"", "/01/04012345111118/10".repeat(400)), "]")
            }),
            None,
        ),
        (
            "ignored fields",
            {
                let names: Vec<String> = (0..60_000).map(|i| format!("\"ex:{i}\"")).collect();
                let list = format!("{{\"ex:ignoreFields\":[{}],", names.join(","));
                let shorter =
                    document_of(
                        ex,
                        |i| if i < 4 { full("", |i| format!("\"ex:{i}\":0"), "") } else { "7".repeat(BYTES) },
                    );
                shorter.replacen('{', &list, 1)
            },
            None,
        ),
        (
            "one wide object",
            format!("{{{}}}", (0..150_000).map(|i| format!("\"{i}\":0")).collect::<Vec<_>>().join(",")),
            Some(code::MISSING_FIELD),
        ),
        ("only brackets", "[".repeat(BYTES), Some(code::JSON_TOO_DEEP)),
        (
            "a deep list of long names",
            "{\"".to_owned() + &["a".repeat(30_000).as_str(); 60].join("\":{\"") + "\":1e99999",
            Some(code::NUMBER_OUT_OF_RANGE),
        ),
    ]
}

#[test]
fn of_captures() {
    for (what, text, expected) in documents() {
        match (timed(&format!("{what}, parsed"), text.len(), || document::parse(text.as_bytes())), expected) {
            (Ok(document), None) => {
                timed(&format!("{what}, used"), text.len(), || {
                    for event in &document.events {
                        let id = event_hash_id(event, &document.context);
                        assert!(!content(event, &document.context, &id).is_empty());
                        assert!(index_fields(event, &document.context).identifiers.len() <= 1_000);
                        let record = record_of(event, &document.context);
                        read_record(&record).expect("the record is valid");
                    }
                });
                let records = document.events.iter().map(|event| record_of(event, &document.context));
                filter(what, &records.collect::<Vec<_>>());
            }
            (Err(problems), Some(code)) => {
                assert!(problems.iter().any(|problem| problem.code == code), "{what}: {problems:?}");
                assert!(problems.len() <= PROBLEMS_MAX);
                let bytes: usize = problems.iter().map(|problem| problem.pointer.len() + problem.detail.len()).sum();
                assert!(bytes < 100_000, "{what}: {bytes} bytes of problems");
            }
            (Ok(_), Some(_)) => panic!("{what}: accepted"),
            (Err(problems), None) => panic!("{what}: {:?}", problems.first()),
        }
    }
}

/// A query with many conditions that no event meets, so that each is examined to its end.
fn demanding_query() -> EventQuery {
    let mut parameters = Vec::new();
    for depth in ["", "INNER_", "SENSORREPORT_", "INNER_SENSORREPORT_"] {
        for (operator, value) in
            [("EQ", "none|7e9999"), ("GT", "1e9999"), ("LT", "-1e9999"), ("GE", "9999-01-01T00:00:00Z")]
        {
            parameters.push((format!("{operator}_{depth}https://ex.example/#a"), value));
        }
    }
    for (name, value) in [
        ("EQ_type", "Speed"),
        ("EQ_deviceID", "urn:epc:id:giai:4012345.1"),
        ("GE_value_KEL", "1e9999"),
        ("EQ_maxValue_FAH", "1e9999|2e9999"),
        ("GE_time", "9999-01-01T00:00:00Z"),
        ("GT_quantity_KGM", "1e9999"),
        ("EQ_bizTransaction_po", "urn:x:none"),
        ("EQ_stringValue", "none"),
    ] {
        parameters.push((name.to_owned(), value));
    }
    parse_parameters(parameters.iter().map(|(name, value)| (&**name, *value))).expect("valid")
}

/// A query with many conditions on attributes of what events name, some of them on the same fields.
fn query_of_attributes() -> EventQuery {
    let fields = ["p0:a", "ex:a", "epcClass", "bizTransaction", "bizStep", "deviceID", "microorganism"];
    let has = fields.iter().map(|field| (format!("HASATTR_{field}"), "ex:b"));
    let equal = (0..20).map(|n| (format!("EQ_ATTR_{}_ex:{n}", fields[n % fields.len()]), "none|7"));
    let parameters: Vec<(String, &str)> = has.chain(equal).collect();
    let namespaces = [("p0", "x:/"), ("ex", "https://ex.example/")];
    let parameters = parameters.iter().map(|(name, value)| (&**name, *value));
    parse_parameters_with(&namespaces, None, parameters).expect("valid")
}

/// Examines records as a query of fields without an index does.
fn filter(what: &str, records: &[Vec<u8>]) {
    for query in [demanding_query(), query_of_attributes()] {
        let mut checker = Checker::new(&query.filters);
        let bytes = records.iter().map(Vec::len).sum();
        timed(&format!("{what}, examined"), bytes, || {
            for record in records {
                let record = read_record(record).expect("a record");
                let outcome = checker.check(&record, &Elements::default(), &mut Wanted::default());
                assert_ne!(outcome, Outcome::Met, "{what}");
            }
        });
    }
}

#[test]
fn of_master_data() {
    let attributes: Vec<String> = (0..1_000).map(|n| format!(r#"{{"id":"p:{}","attribute":"{n}"}}"#, n % 7)).collect();
    let text = format!(
        r#"{{"@context":{{"p":"https://ex.example/"}},"vocabulary":"urn:x:v","element":{{"id":"urn:x:1","attributes":[{}]}}}}"#,
        attributes.join(",")
    );
    let query = query_of_attributes();
    let (checker, mut known) = (ElementChecker::new(&query.filters), Elements::default());
    timed("elements, examined", 50 * text.len(), || {
        for _ in 0..50 {
            checker.add(&master_data::read_record(text.as_bytes()).expect("an element"), &mut known);
        }
    });
}

#[test]
fn of_numbers_in_many_units() {
    let units = ["CEL", "FAH", "KEL", "A48"];
    let numbers = ["1e9000".to_owned(), "-1e-9000".to_owned(), "9".repeat(300)];
    let report = |i: usize| {
        let (unit, number) = (units[i % units.len()], &numbers[i % numbers.len()]);
        format!(r#"{{"type":"Mass","value":{number},"maxValue":{number},"sDev":{number},"uom":"{unit}"}}"#)
    };
    let context = r#"{"ex":"https://ex.example/"}"#;
    let records: Vec<Vec<u8>> = (0..8)
        .map(|_| {
            let event = full("\"sensorElementList\":[{\"sensorReport\":[", report, "]}]");
            document::record_document(context, &event)
        })
        .collect();
    filter("numbers in many units", &records);
}

/// The context and the event of each record of a page.
type Page<'p> = &'p dyn Fn(usize) -> (String, String);

#[test]
fn of_answers() {
    let same = many_prefixes("x:/").0;
    let of_own = |index: usize| format!("q{index}x");
    let event = |name: &str| {
        let members = format!("\"{name}0:a\":\"{name}1:b\"");
        format!(r#"{{"type":"ObjectEvent","action":"ADD",{TIMES},"epcList":[],{members}}}"#)
    };
    let pages: [(&str, Page<'_>); 3] = [
        ("prefixes of each event's own", &|index| (prefixes_named(&of_own(index), "x:/").0, event(&of_own(index)))),
        ("one context", &|_| (same.clone(), event("p"))),
        ("conflicting contexts", &|index| (many_prefixes(&format!("x:{index}/")).0, event("p"))),
    ];
    for (what, page) in pages {
        let records: Vec<Vec<u8>> = (0..1_000)
            .map(|index| {
                let (context, event) = page(index);
                assert!(context.len() <= CONTEXT_BYTES_MAX, "{what}: the context is read");
                document::record_document(&context, &event)
            })
            .collect();
        let bytes = records.iter().map(Vec::len).sum();
        timed(what, bytes, || {
            let records: Vec<_> = records.iter().map(|bytes| read_record(bytes).expect("a record")).collect();
            let results: Vec<QueryResult<'_, '_>> =
                records.iter().map(|record| QueryResult { record, event_id: "urn:x:1", record_time_ms: 0 }).collect();
            assert!(query_document("q", 0, &results).len() > 1_000);
        });
    }
}
