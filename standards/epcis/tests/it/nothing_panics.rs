//! Damaged or hostile bytes give a document or problems, never a panic.

use proptest::prelude::*;
use standards_epcis::{
    document::{self, QueryResult, query_document, read_record, record_document},
    extract::index_fields,
    hash::event_hash_id,
    identifier,
    limit::PROBLEMS_MAX,
    pattern,
    query::{parse_body, parse_parameters},
    timestamp,
};

use super::shared_data::{path, read};

/// Uses a document in all ways that a repository does.
fn use_document(bytes: &[u8]) {
    match document::parse(bytes) {
        Err(problems) => assert!((1..=PROBLEMS_MAX).contains(&problems.len())),
        Ok(document) => {
            for event in &document.events {
                let id = event_hash_id(event, &document.context);
                let fields = index_fields(event, &document.context);
                assert!(fields.identifiers.is_sorted());
                let stored = record_document(document.context.raw(), event.raw());
                let record = read_record(&stored).expect("an accepted event can be stored");
                assert_eq!(event_hash_id(&record.event, &record.context), id);
                let result = QueryResult { record: &record, event_id: &id, record_time_ms: 0 };
                let answer = query_document("q", 0, &[result]);
                document::parse(answer.as_bytes()).expect("an accepted event can be returned in an answer");
            }
        }
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let example =
        read(&path("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents/ObjectEvent_all_possible_fields.json"));
    let length = example.len();
    let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "null", "0", "-1e9", "true", "\"\"", "\\u0000", "\u{e9}", "{}", "[]", "%",
        "/",
    ];
    let edit = (0..length, 0..6_usize, proptest::sample::select(pieces.to_vec()));
    proptest::collection::vec(edit, 1..4).prop_map(move |edits| {
        let mut bytes = example.clone();
        for (at, cut, piece) in edits {
            let at = at.min(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, piece.bytes());
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn damaged_documents(bytes in damaged()) {
        use_document(&bytes);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        use_document(&bytes);
        let _ = parse_body(&bytes);
        let _ = read_record(&bytes);
    }

    #[test]
    fn any_text(text in r"(urn:epc:(id|class|idpat):[a-z]{3,5}:)?(https?://)?[0-9A-Z%./:*\PC]{0,40}") {
        let _ = identifier::canonical(&text);
        let _ = pattern::Pattern::parse(&text, pattern::Level::Instance);
        let _ = pattern::Pattern::parse(&text, pattern::Level::Class);
        let _ = timestamp::Timestamp::parse(&text);
        let _ = parse_parameters([("MATCH_anyEPC", text.as_str()), ("GE_eventTime", &text), (&text, "x")]);
    }

    #[test]
    fn any_time(text in r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])") {
        if let Some(at) = timestamp::Timestamp::parse(&text) {
            let formatted = timestamp::format_unix_ms(at.rounded_unix_ms());
            let again = timestamp::Timestamp::parse(&formatted);
            prop_assert!(again.is_none_or(|again| again.unix_ms() == at.rounded_unix_ms()));
        }
    }
}
