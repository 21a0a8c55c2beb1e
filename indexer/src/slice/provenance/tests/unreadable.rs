//! Every record that took effect has a row. What cannot be read or stored is missing in that row alone.
//!
//! A tenant that signs its own transactions may record anything.

use super::{A, Applied, owner};
use crate::{
    provenance::{EventRow, PageLimit, Unreadable, find_by_event_id, find_events, read_totals, stream_records},
    testing::chain::{CONTEXT, Draw, Outcome, TestChain},
};
use chain_types::{Subject, stream::kind};
use standards_epcis::{
    document::record_document,
    query::{EventQuery, parse_parameters},
};

const ALL: PageLimit = PageLimit { rows: 1_000, bytes: u32::MAX };

fn minimal(id: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent",{id}"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:ex:1"]}}"#
    )
}

fn raw(document: &[u8]) -> Draw {
    Draw { document: document.to_vec(), outcome: Outcome::Captured, is_public: true }
}

/// The subject of the record with this index of a transaction.
fn subject(index: usize) -> Subject {
    Subject::of(A, kind::EVENT, &index.to_string(), &[0; 32])
}

#[tokio::test]
async fn a_record_of_any_kind_has_a_row_and_leaves_its_neighbours_alone() {
    use Unreadable::{NotAnEvent, UnstorableValue};
    let with = |from: &str, to: &str| minimal(r#""eventID":"urn:ex:odd","#).replace(from, to);
    let (step, place) = ("\"action\":\"ADD\"", "\"epcList\":[\"urn:ex:1\"]");
    let many: Vec<String> = (0..20_000).map(|n| format!("\"urn:ex:{n}\"")).collect();
    let huge = format!("\"urn:ex:{}\"", "x".repeat(1_000_000));
    let digits = "9".repeat(100_000);
    let epc = format!("\"urn:epc:id:sgtin:4012345.011111.{}\"", "9".repeat(100_000));
    let table: Vec<(Vec<u8>, Option<Unreadable>)> = vec![
        (Vec::new(), Some(NotAnEvent)),
        (b"{".to_vec(), Some(NotAnEvent)),
        (b"\xff\xfe".to_vec(), Some(NotAnEvent)),
        (b"\0".to_vec(), Some(NotAnEvent)),
        (b"{\"@context\":{},\"event\":7}".to_vec(), Some(NotAnEvent)),
        (br#"{"@context":{},"event":{"type":"NoEvent"}}"#.to_vec(), Some(NotAnEvent)),
        (vec![b'['; 100_000], Some(NotAnEvent)),
        (record_document(CONTEXT, &minimal("").replace("ADD", "\0")), Some(NotAnEvent)),
        (record_document(CONTEXT, &with("odd", r"\u0000")), Some(UnstorableValue)),
        (record_document(CONTEXT, &with(step, r#""bizStep":"https://ex.org/\u0000""#)), Some(UnstorableValue)),
        (record_document(CONTEXT, &with(step, r#""disposition":"https://ex.org/\u0000""#)), Some(UnstorableValue)),
        (record_document(CONTEXT, &with(place, r#""readPoint":{"id":"urn:ex:\u0000"}"#)), Some(UnstorableValue)),
        (record_document(CONTEXT, &with(place, r#""bizLocation":{"id":"urn:ex:\u0000"}"#)), Some(UnstorableValue)),
        (record_document("{\"n\":\"x:\\u0000\"}", &with(step, r#""bizStep":"n:a""#)), Some(UnstorableValue)),
        // The index holds hashes of identifiers, so these can be stored.
        (record_document(CONTEXT, &minimal("").replace("urn:ex:1", r"urn:ex:\u0000")), None),
        (record_document(CONTEXT, &minimal("").replace("\"urn:ex:1\"", &many.join(","))), None),
        (record_document(CONTEXT, &minimal("").replace("\"urn:ex:1\"", &huge)), None),
        (record_document(CONTEXT, &minimal("").replace("\"urn:ex:1\"", &epc)), None),
        (record_document(CONTEXT, &minimal(&format!("\"eventID\":{huge},"))), None),
        (record_document(CONTEXT, &with(step, &format!("\"bizStep\":{huge}"))), None),
        (record_document(CONTEXT, &with(place, &format!("\"readPoint\":{{\"id\":{huge}}}"))), None),
        (record_document(CONTEXT, &with("2026-01-01T00:00:00Z", &format!("2026-01-01T00:00:00.{digits}Z"))), None),
        (record_document(CONTEXT, &with("2026-01-01T00:00:00Z", &digits)), None),
        (record_document(CONTEXT, &with("2026-01-01T00:00:00Z", "9999-12-31T23:59:59.9999-14:00")), None),
        (record_document(CONTEXT, &with("2026-01-01T00:00:00Z", "0000-01-01T00:00:00+14:00")), None),
        (record_document(CONTEXT, r#"{"type":"ObjectEvent","eventID":"urn:ex:poor","eventTime":7,"action":7}"#), None),
        (record_document(CONTEXT, &minimal(r#""eventID":"urn:ex:sense","#)), None),
    ];
    let chain = TestChain::new(1);
    let draws: Vec<Draw> = table.iter().map(|(document, _)| raw(document)).collect();
    let block = chain.capture(0, 1_000, A, &draws);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let count = u64::try_from(table.len()).expect("small");
    assert_eq!(read_totals(&mut tx, A).await.expect("totals").events, count);
    let page = find_events(&mut tx, owner(A), &EventQuery::default(), None, ALL).await.expect("a query");
    let mut rows: Vec<EventRow> = page.rows;
    rows.sort_by_key(|row| row.record_index);
    let leaves = block.leaves().expect("leaves");
    for (index, (row, (document, expected))) in rows.iter().zip(&table).enumerate() {
        let shown = String::from_utf8_lossy(&document[..document.len().min(200)]).into_owned();
        assert_eq!((row.unreadable, row.leaf), (*expected, leaves[index]), "{shown}");
        let kept = if row.has_event() { document.clone() } else { hex::encode(document).into_bytes() };
        assert_eq!(row.document.as_bytes(), kept, "{shown}");
        if !row.has_event() {
            assert_eq!(row.event_id, format!("urn:waymark:record:{}", row.leaf), "{shown}");
        }
        let stream = stream_records(&mut tx, A, subject(index), 10).await.expect("a query");
        assert_eq!(stream.len(), 1, "{shown}");
        // A record without a readable id is found by the subject of its id.
        if row.unreadable.is_some() {
            let found = find_by_event_id(&mut tx, A, "urn:ex:any", subject(index), ALL).await.expect("a query");
            assert_eq!(found.rows.iter().map(|row| row.leaf).collect::<Vec<_>>(), [row.leaf], "{shown}");
        }
    }
    assert_eq!(rows.len(), table.len());
    let poor = rows.iter().find(|row| row.event_id == "urn:ex:poor").expect("a row");
    assert_eq!((poor.event_time_ms, poor.action), (1_000, None), "the record time stands in for a missing one");
}

#[tokio::test]
async fn a_body_that_does_not_open_has_a_row() {
    let chain = TestChain::new(1);
    let (sealed, _) = chain.transaction(A, &[Draw::event(&minimal(r#""eventID":"urn:ex:other","#))]);
    let (mut transaction, receipts) = chain.transaction(A, &[Draw::event(&minimal(r#""eventID":"urn:ex:mine","#))]);
    // The body of another transaction, under its key.
    transaction.entries[0].body = sealed.entries[0].body.clone();
    chain.add_block(0, 1_000, vec![(transaction, receipts)]);
    chain.capture(0, 2_000, A, &[Draw::event(&minimal(r#""eventID":"urn:ex:kept","#))]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let page = find_events(&mut tx, owner(A), &EventQuery::default(), None, ALL).await.expect("a query");
    let reasons: Vec<_> = page.rows.iter().map(|row| (row.height.0, row.unreadable)).collect();
    assert_eq!(reasons, [(2, None), (1, Some(Unreadable::Sealed))]);
    assert_eq!(stream_records(&mut tx, A, subject(0), 10).await.expect("a query").len(), 2);
}

#[tokio::test]
async fn an_erased_record_has_no_row_and_stays_in_its_stream() {
    let chain = TestChain::new(1);
    let erased = chain.capture(0, 1_000, A, &[Draw::event(&minimal(r#""eventID":"urn:ex:erased","#))]);
    chain.capture(0, 2_000, A, &[Draw::event(&minimal(r#""eventID":"urn:ex:kept","#))]);
    chain.forget_key(A, erased.block.transactions[0].header.id());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let page = find_events(&mut tx, owner(A), &EventQuery::default(), None, ALL).await.expect("a query");
    assert_eq!(page.rows.iter().map(|row| &*row.event_id).collect::<Vec<_>>(), ["urn:ex:kept"]);
    let stream = stream_records(&mut tx, A, subject(0), 10).await.expect("a query");
    assert_eq!(stream.iter().map(|record| record.document_bytes > 0).collect::<Vec<_>>(), [false, true]);
}

/// The ledger does not count such a record in the identifier's stream, so evidence about the identifier would not show
/// it either.
#[tokio::test]
async fn an_identifier_that_is_no_subject_of_its_record_does_not_find_it() {
    let chain = TestChain::new(1);
    let event = Draw::event(&minimal(r#""eventID":"urn:ex:a","#));
    let mut hidden = event.record(A, 0);
    hidden.core.subjects = vec![subject(0)];
    let signed = chain.sign(A, vec![hidden, event.record(A, 1)]);
    chain.add_block(0, 1_000, vec![signed]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    for (parameter, expected) in [("MATCH_anyEPC", &[1][..]), ("MATCH_anyEPCClass", &[])] {
        let query = parse_parameters([(parameter, "urn:ex:1")]).expect("a query");
        let page = find_events(&mut tx, owner(A), &query, None, ALL).await.expect("a query");
        assert_eq!(page.rows.iter().map(|row| row.record_index).collect::<Vec<_>>(), expected, "{parameter}");
    }
    let page = find_events(&mut tx, owner(A), &EventQuery::default(), None, ALL).await.expect("a query");
    assert_eq!(page.rows.len(), 2, "it is among all events");
}
