//! An applied, readable record becomes a row; no record of a tenant stops the index.

use super::{A, Applied, B};
use crate::{
    batch::{BYTES_PER_COMMIT_MAX, CheckedBlock, RECORDS_PER_COMMIT_MAX, RECORDS_PER_NEW_COMMIT_MAX, commit_size},
    provenance::{EventRow, PageLimit, Totals, read_totals},
    tenant::TenantTx,
    testing::chain::{CONTEXT, Draw, Outcome, TestChain},
};
use chain_types::{Digest, Height, ShardId, Subject, TenantId};
use standards_epcis::{
    document::{read_record, record_document},
    event::{Action, EventType},
};
use std::sync::Arc;

const FULL: &str = r#"{ "type":"ObjectEvent", "eventID":"urn:ex:full","eventTime":"2026-03-01T10:00:00.250+02:00",
  "eventTimeZoneOffset":"+02:00","action":"OBSERVE","bizStep":"shipping","disposition":"ex:odd",
  "readPoint":{"id":"urn:epc:id:sgln:4012345.00005.0"},"bizLocation":{"id":"urn:ex:place"},
  "epcList":["urn:epc:id:sgtin:4012345.011111.9876"],"ex:weight":1.10}"#;

fn minimal(id: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent",{id}"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:ex:1"]}}"#
    )
}

async fn find_by_event_id(
    tx: &mut TenantTx,
    tenant: TenantId,
    id: &str,
    rows: u32,
) -> Result<Vec<EventRow>, sqlx::Error> {
    let limit = PageLimit { rows, bytes: u32::MAX };
    let nobody = Subject(Digest::ZERO);
    crate::provenance::find_by_event_id(tx, tenant, id, nobody, limit).await.map(|page| page.rows)
}

#[tokio::test]
async fn a_row_contains_the_record_and_its_position() {
    let chain = TestChain::new(1);
    chain.capture(0, 500, B, &[Draw::event(&minimal(""))]);
    let of_b = chain.transaction(B, &[Draw::event(&minimal(""))]);
    let other = Draw { is_public: true, ..Draw::event(&minimal(r#""eventID":"urn:ex:public","#)) };
    let of_a = chain.transaction(A, &[other, Draw::event(FULL)]);
    let block = chain.add_block(0, 1_000, vec![of_b, of_a]);
    let applied = Applied::of(&chain).await;

    let mut tx = applied.tenant(A).await;
    let rows = find_by_event_id(&mut tx, A, "urn:ex:full", 10).await.expect("a query");
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.tenant, row.shard, row.height, row.record_index), (A, ShardId(0), Height(2), 2));
    assert_eq!((row.tx_id, row.command_index), (block.block.transactions[1].header.id(), 1));
    assert_eq!(row.leaf, block.leaves().expect("leaves")[2]);
    assert_eq!(row.document.as_bytes(), record_document(CONTEXT, FULL), "byte for byte");
    assert_eq!((row.event_type, row.action, row.unreadable), (Some(EventType::Object), Some(Action::Observe), None));
    assert_eq!((row.event_time_ms, row.record_time_ms.0), (1_772_352_000_250, 1_000));
    assert_eq!(row.biz_step.as_deref(), Some("shipping"));
    assert_eq!(row.disposition.as_deref(), Some("https://ex.org/odd"));
    assert_eq!(row.read_point.as_deref(), Some("https://id.gs1.org/414/4012345000054"));
    assert_eq!(row.biz_location.as_deref(), Some("urn:ex:place"));
    assert!(!row.declares_error);
    let found = find_by_event_id(&mut tx, A, "urn:ex:public", 10).await.expect("a query");
    assert_eq!(found.len(), 1, "a public body needs no key");
}

#[tokio::test]
async fn an_event_without_an_id_is_found_by_its_hash() {
    let chain = TestChain::new(1);
    let event = minimal("");
    chain.capture(0, 1_000, A, &[Draw::event(&event)]);
    let applied = Applied::of(&chain).await;
    let document = record_document(CONTEXT, &event);
    let record = read_record(&document).expect("a record");
    let id = standards_epcis::hash::event_hash_id(&record.event, &record.context);
    let rows = find_by_event_id(&mut applied.tenant(A).await, A, &id, 10).await.expect("a query");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].event_id, id);
}

#[tokio::test]
async fn declarations_are_listed_with_their_event_and_other_records_have_no_row() {
    let chain = TestChain::new(1);
    let event = Draw::event(&minimal(r#""eventID":"urn:ex:1","#));
    let with = |outcome| Draw { outcome, ..event.clone() };
    chain.capture(0, 1_000, A, &[event.clone(), with(Outcome::Repeated), with(Outcome::Rejected)]);
    chain.capture(0, 2_000, A, &[with(Outcome::Declared)]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let rows = find_by_event_id(&mut tx, A, "urn:ex:1", 10).await.expect("a query");
    let found: Vec<_> = rows.iter().map(|row| (row.height.0, row.declares_error)).collect();
    assert_eq!(found, [(1, false), (2, true)]);
    let first = find_by_event_id(&mut tx, A, "urn:ex:1", 1).await.expect("a query");
    assert_eq!(first.len(), 1, "the limit holds");
    let totals = read_totals(&mut tx, A).await.expect("totals");
    assert_eq!(totals, Totals { events: 2, error_declarations: 1 });
    drop(tx);
    assert_eq!(read_totals(&mut *applied.tenant(B).await, B).await.expect("totals"), Totals::default());
}

#[tokio::test]
async fn an_erased_record_has_no_row_and_its_neighbours_have() {
    let chain = TestChain::new(1);
    let erased = chain.capture(0, 1_000, A, &[Draw::event(&minimal(r#""eventID":"urn:ex:erased","#))]);
    chain.capture(0, 2_000, A, &[Draw::event(&minimal(r#""eventID":"urn:ex:kept","#))]);
    chain.forget_key(A, erased.block.transactions[0].header.id());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    assert!(find_by_event_id(&mut tx, A, "urn:ex:erased", 10).await.expect("a query").is_empty());
    assert_eq!(find_by_event_id(&mut tx, A, "urn:ex:kept", 10).await.expect("a query").len(), 1);
}

/// More events and identifiers than fit in one statement.
#[tokio::test]
async fn a_large_block_is_written_in_several_statements() {
    let chain = TestChain::new(1);
    let draws: Vec<Draw> = (0..700)
        .map(|n| {
            let items: Vec<String> = (0..5).map(|item| format!("\"urn:ex:{n}:{item}\"")).collect();
            Draw::event(
                &minimal(&format!(r#""eventID":"urn:ex:event:{n}","#)).replace("\"urn:ex:1\"", &items.join(",")),
            )
        })
        .collect();
    let transactions = (0..3).map(|_| chain.transaction(A, &draws)).collect();
    chain.add_block(0, 1_000, transactions);
    let applied = Applied::of(&chain).await;
    // Three transactions of 700 events with five identifiers each, all in the list of EPCs.
    assert_eq!(read_totals(&mut *applied.tenant(A).await, A).await.expect("totals").events, 2_100);
    let mut owner = applied.database.owner().await;
    let identifiers: i64 = sqlx::query_scalar("SELECT count(*) FROM index.provenance_stream WHERE roles = 1")
        .fetch_one(&mut owner)
        .await
        .expect("a count");
    assert_eq!(identifiers, 10_500);
    let patterns: i64 = sqlx::query_scalar("SELECT count(*) FROM index.provenance_pattern")
        .fetch_one(&mut owner)
        .await
        .expect("a count");
    assert_eq!(patterns, 0, "no identifier is an EPC");
}

#[test]
fn a_commit_takes_blocks_up_to_its_limits_and_one_at_least() {
    let chain = TestChain::new(1);
    let source = chain.source();
    let mut parent = source.genesis().first_parent(ShardId(0));
    let mut blocks = Vec::new();
    let mut add = |draws: &[Draw], transactions: usize| {
        let transactions = (0..transactions).map(|_| chain.transaction(A, draws)).collect();
        let block = chain.add_block(0, 1_000, transactions);
        let height = block.header.height;
        let genesis = source.genesis();
        let place = (height, &parent);
        let checked = CheckedBlock::check(Arc::clone(&block), genesis.chain_id(), &genesis.validators, place);
        let block = checked.expect("the block is valid");
        parent = block.digest;
        blocks.push(block);
    };
    let small = Draw { document: vec![b'x'], outcome: Outcome::Captured, is_public: true };
    let large = Draw { document: vec![b'x'; 512 * 1024], ..small.clone() };
    add(&vec![small.clone(); 1_000], 8);
    add(&vec![small.clone(); RECORDS_PER_COMMIT_MAX - 8_000], 1);
    add(&[small], 1);
    add(&vec![large; BYTES_PER_COMMIT_MAX / (512 * 1024) + 1], 1);
    let size = |from: usize, records_max| commit_size(&blocks[from..], records_max);
    assert_eq!(size(0, RECORDS_PER_COMMIT_MAX), 2, "as many records as fit");
    assert_eq!(size(2, RECORDS_PER_COMMIT_MAX), 1, "as many bytes as fit");
    assert_eq!(size(3, RECORDS_PER_COMMIT_MAX), 1, "a block is never cut");
    assert_eq!(size(0, RECORDS_PER_NEW_COMMIT_MAX), 1, "a large block is committed alone");
    assert_eq!(size(4, RECORDS_PER_COMMIT_MAX), 0);
}
