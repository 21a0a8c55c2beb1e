//! Events are stored as records and returned in answers. They are unchanged byte for byte, except for id, record time
//! and context.

use standards_epcis::{
    document::{self, QueryResult, Record, RecordError, query_document, read_record, record_document},
    hash::event_hash_id,
    limit::MERGED_PREFIXES_MAX,
};

use super::shared_data::{json_files, read};

const GS1: &str = r#""https://ref.gs1.org/standards/epcis/epcis-context.jsonld""#;
/// 2026-01-01T00:00:00.123Z.
const RECORD_TIME_MS: i64 = 1_767_225_600_123;
const RECORD_TIME: &str = "2026-01-01T00:00:00.123Z";

fn event(extra: &str) -> String {
    format!(
        r#"{{ "type" : "ObjectEvent","eventTime":"2026-01-01T00:00:00Z",  "eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["a:b"],"ex:weight":1.10{extra} }}"#
    )
}

fn answer(records: &[(&str, String)]) -> serde_json::Value {
    serde_json::from_str(&answer_text(records)).expect("an answer is JSON")
}

fn answer_text(records: &[(&str, String)]) -> String {
    let stored: Vec<Vec<u8>> = records.iter().map(|(context, event)| record_document(context, event)).collect();
    let records: Vec<Record<'_>> =
        stored.iter().map(|bytes| read_record(bytes).expect("the record is valid")).collect();
    let results: Vec<QueryResult<'_, '_>> = records
        .iter()
        .map(|record| QueryResult { record, event_id: "urn:x:assigned", record_time_ms: RECORD_TIME_MS })
        .collect();
    query_document("SimpleEventQuery", 0, &results)
}

#[test]
fn a_record_keeps_context_and_event_exactly() {
    let (context, event) = (format!("[ {GS1} , {{\"ex\":\"https://ex.org/\"}}]"), event(""));
    let bytes = record_document(&context, &event);
    assert_eq!(String::from_utf8_lossy(&bytes), format!("{{\"@context\":{context},\"event\":{event}}}"));
    let record = read_record(&bytes).expect("the record is valid");
    assert_eq!(record.context.raw(), context);
    assert_eq!(record.event.raw(), event);
}

#[test]
fn an_invalid_record_is_refused() {
    for (bytes, expected) in [
        (&b"\xff"[..], RecordError::NotUtf8),
        (b"{", RecordError::NotJson { offset: 1 }),
        (b"{}", RecordError::NoContext),
        (br#"{"@context":1,"event":{"type":"ObjectEvent"}}"#, RecordError::NoContext),
        (br#"{"@context":{}}"#, RecordError::NoEvent),
        (br#"{"@context":{},"event":{"type":"Other"}}"#, RecordError::NoEvent),
        (br#"{"@context":{},"event":{"type":["ObjectEvent"]}}"#, RecordError::NoEvent),
    ] {
        assert_eq!(read_record(bytes).expect_err("no record"), expected);
    }
}

#[test]
fn text_is_spliced_and_never_rewritten() {
    let context = format!("[{GS1},{{\"ex\":\"https://ex.org/\"}}]");
    let text = answer_text(&[(&context, event(""))]);
    let body = event("");
    let kept = body.trim_end_matches(" }");
    assert!(
        text.contains(&format!("{kept},\"eventID\":\"urn:x:assigned\",\"recordTime\":\"{RECORD_TIME}\" }}")),
        "{text}"
    );
    assert!(text.starts_with(&format!("{{\"@context\":{context},\"type\":\"EPCISQueryDocument\"")));
    assert!(text.contains("\"creationDate\":\"1970-01-01T00:00:00.000Z\""));
    let reread = document::parse(text.as_bytes()).expect("an answer is a valid capture document");
    assert_eq!(reread.events.len(), 1);
}

#[test]
fn a_captured_id_is_kept_and_a_captured_record_time_is_replaced() {
    let event = event(r#","recordTime" : "2001-01-01T00:00:00Z","eventID":"urn:x:own""#);
    let found = &answer(&[("{\"ex\":\"https://ex.org/\"}", event)])["epcisBody"]["queryResults"];
    assert_eq!(found["queryName"], "SimpleEventQuery");
    let event = &found["resultsBody"]["eventList"][0];
    assert_eq!(event["eventID"], "urn:x:own");
    assert_eq!(event["recordTime"], RECORD_TIME);
}

#[test]
fn contexts_merge_while_they_agree() {
    let a = format!("[{GS1},{{\"ex\":\"https://ex.org/\"}}]");
    let b = format!("[{GS1},{{\"other\":\"https://other.org/\",\"ex\":\"https://ex.org/\",\"idle\":\"x:/\"}}]");
    let conflicting = format!("[{GS1},{{\"ex\":\"https://else.org/\"}}]");
    let foreign = format!("[{GS1},\"https://foreign.org/context.jsonld\",{{\"ex\":\"https://ex.org/\"}}]");
    let other = event(r#","other:note":"n""#);
    let found = answer(&[(&a, event("")), (&b, other), (&conflicting, event("")), (&foreign, event(""))]);
    assert_eq!(
        found["@context"].to_string(),
        format!("[{GS1},{{\"ex\":\"https://ex.org/\",\"other\":\"https://other.org/\"}}]")
    );
    let events = &found["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    assert!(events[0].get("@context").is_none());
    assert!(events[1].get("@context").is_none());
    assert_eq!(events[2]["@context"].to_string(), conflicting);
    assert_eq!(events[3]["@context"].to_string(), foreign);
}

#[test]
fn the_merged_prefixes_are_limited() {
    let records: Vec<(String, String)> = (0..=MERGED_PREFIXES_MAX)
        .map(|index| {
            let context = format!("[{GS1},{{\"ex\":\"https://ex.org/\",\"p{index}\":\"https://p.org/{index}/\"}}]");
            (context, event(&format!(r#","p{index}:note":"n""#)))
        })
        .collect();
    let records: Vec<(&str, String)> = records.iter().map(|(context, event)| (&**context, event.clone())).collect();
    let found = answer(&records);
    assert_eq!(found["@context"][1].as_object().map(serde_json::Map::len), Some(MERGED_PREFIXES_MAX));
    let events = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array().expect("a list");
    let with_own: Vec<usize> = (0..events.len()).filter(|index| events[*index].get("@context").is_some()).collect();
    assert_eq!(with_own, [MERGED_PREFIXES_MAX - 1, MERGED_PREFIXES_MAX]);
}

#[test]
fn an_answer_names_the_gs1_context_when_its_events_did_not() {
    for (context, expected) in [
        (r#"{"ex":"https://ex.org/"}"#, format!("[{GS1},{{\"ex\":\"https://ex.org/\"}}]")),
        (r#"[ {"ex":"https://ex.org/"} ]"#, format!("[{GS1},{{\"ex\":\"https://ex.org/\"}}]")),
        (
            r#"["https://foreign.org/c",{"ex":"https://ex.org/"}]"#,
            format!("[{GS1},\"https://foreign.org/c\",{{\"ex\":\"https://ex.org/\"}}]"),
        ),
    ] {
        assert_eq!(answer(&[(context, event(""))])["@context"].to_string(), expected, "{context}");
    }
}

#[test]
fn an_events_own_context_comes_after_its_documents() {
    let own = event(r#","@context":{"own":"https://own.org/"},"own:a":1"#);
    let found = answer(&[("{\"ex\":\"https://a.org/\"}", event("")), ("[\"https://foreign.org/c\"]", own.clone())]);
    let events = &found["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    assert_eq!(events[1]["@context"].to_string(), r#"["https://foreign.org/c",{"own":"https://own.org/"}]"#);

    // A bare event's record holds the same context twice. An answer holds it once.
    let bare = event(r#","@context":{"ex":"https://own.org/"}"#);
    let found = answer(&[("{\"ex\":\"https://own.org/\"}", bare), ("{\"ex\":\"https://b.org/\"}", event(""))]);
    let events = &found["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    assert_eq!(events[0]["@context"].to_string(), r#"{"ex":"https://own.org/"}"#);
}

#[test]
fn an_empty_answer_is_a_document() {
    let found = answer(&[]);
    assert_eq!(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"], serde_json::json!([]));
    assert_eq!(found["@context"].to_string(), format!("[{GS1}]"));
}

#[test]
fn every_example_comes_back_equal_and_with_the_same_hash() {
    for file in json_files("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31) {
        let bytes = read(&file);
        let captured = document::parse(&bytes).expect("the document is valid");
        let stored: Vec<(&str, String)> =
            captured.events.iter().map(|event| (captured.context.raw(), event.raw().to_owned())).collect();
        let text = answer_text(&stored);
        let answered = document::parse(text.as_bytes()).expect("the answer is valid");
        for (before, after) in captured.events.iter().zip(&answered.events) {
            assert_eq!(event_hash_id(before, &captured.context), event_hash_id(after, &answered.context));
            let mut expected: serde_json::Value = serde_json::from_str(before.raw()).expect("the event is JSON");
            expected["recordTime"] = RECORD_TIME.into();
            if before.event_id().is_none() {
                expected["eventID"] = "urn:x:assigned".into();
            }
            let found: serde_json::Value = serde_json::from_str(after.raw()).expect("the event is JSON");
            assert_eq!(found, expected, "{}", file.display());
        }
    }
}
