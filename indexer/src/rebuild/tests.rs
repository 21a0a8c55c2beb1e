//! The index is a function of the chain, and a comparison detects every kind of change to it.

mod replacement;
mod stray;

use super::{RebuildError, compare, rebuild};
use crate::{
    follow::{Indexer, IndexerConfig},
    slice::tables,
    testing::{
        TestDatabase,
        chain::{Draw, Outcome, TestChain},
    },
};
use chain_types::{Height, ShardId, TenantId};
use sqlx::Executor as _;
use std::sync::Arc;

const A: TenantId = TenantId([0xa; 16]);
const B: TenantId = TenantId([0xb; 16]);

fn draw(id: &str) -> Draw {
    Draw::event(&format!(
        r#"{{"type":"ObjectEvent","eventID":"urn:ex:{id}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:ex:item:1","urn:epc:id:sgtin:4012345.011111.{id}"]}}"#
    ))
}

/// Creates and indexes a chain of two shards.
async fn indexed() -> (TestDatabase, Arc<TestChain>) {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(2));
    for n in 1..=6_u64 {
        let declared = Draw { outcome: Outcome::Declared, ..draw(&format!("{n}1")) };
        let shard = u16::try_from(n % 2).expect("small");
        let of_a = chain.transaction(A, &[draw(&format!("{n}1")), declared]);
        let of_b = chain.transaction(B, &[draw(&format!("{n}2"))]);
        chain.add_block(shard, n * 1_000, vec![of_a, of_b]);
    }
    let pool = database.indexer_pool().await;
    let indexer = Indexer::start(IndexerConfig::default(), &pool, &chain.source(), &chain.vault());
    for shard in [0, 1] {
        indexer.progress().wait_for(ShardId(shard), Height(3)).await.expect("the chain has the shard");
    }
    indexer.stop().await.expect("no failure");
    (database, chain)
}

/// A rebuild would not empty, and a comparison would not read, a table that is not listed.
#[tokio::test]
async fn every_table_of_the_schema_is_listed_with_its_key() {
    const KEYS: &str = "SELECT c.relname::text, array_agg(a.attname::text ORDER BY k.place) FROM pg_class c
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        LEFT JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) ON k.place <= i.indnkeyatts
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
        WHERE c.relnamespace = 'index'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname ORDER BY c.relname";
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    let found: Vec<(String, Vec<Option<String>>)> =
        sqlx::query_as(KEYS).fetch_all(&mut owner).await.expect("a catalog");
    let mut listed: Vec<_> = tables().map(|table| (table.name, table.key.to_vec())).collect();
    listed.sort_unstable();
    let found: Vec<(&str, Vec<_>)> =
        found.iter().map(|(name, key)| (name.as_str(), key.iter().filter_map(Option::as_deref).collect())).collect();
    assert_eq!(listed, found);
}

#[tokio::test]
async fn an_untouched_index_is_identical() {
    let (database, chain) = indexed().await;
    let found = compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(found.is_identical(), "{found:#?}");
    assert_eq!(found.tables.len(), tables().count());
    let filled = found.tables.iter().filter(|table| table.live_rows > 0);
    let rows: Vec<_> = filled.map(|table| (table.table, table.live_rows, table.rebuilt_rows)).collect();
    assert_eq!(
        rows,
        [
            ("cursor", 2, 2),
            ("block", 6, 6),
            ("transaction", 12, 12),
            ("event_run", 6, 6),
            ("provenance_event", 18, 18),
            ("provenance_pattern", 18, 18),
            ("provenance_stream", 54, 54),
            ("provenance_total", 4, 4),
            ("provenance_value", 16, 16),
        ]
    );
    assert!(found.tables.iter().all(|table| table.live_hash == table.rebuilt_hash && table.live_hash.len() == 64));
    let remaining: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'index_rebuild'")
        .fetch_one(&mut database.owner().await)
        .await
        .expect("a count");
    assert_eq!(remaining, 0, "the copy is dropped");
}

#[tokio::test]
async fn every_kind_of_tampering_is_detected_named_and_repaired() {
    let (database, chain) = indexed().await;
    let a = "0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a";
    let tamperings = [
        (
            "UPDATE index.provenance_event SET biz_step = 'x' WHERE height = 2 AND shard = 1",
            "provenance_event",
            "\t1\t2\t0",
        ),
        (
            "UPDATE index.provenance_stream SET roles = 2 WHERE roles = 1 AND shard = 0 AND height = 3",
            "provenance_stream",
            "\t0\t3\t",
        ),
        ("UPDATE index.provenance_pattern SET role = 2 WHERE height = 3", "provenance_pattern", a),
        ("DELETE FROM index.provenance_stream WHERE height = 1", "provenance_stream", a),
        ("INSERT INTO index.block VALUES (1, 99, 1, '', 0, 0)", "block", "1\t99"),
        ("UPDATE index.transaction SET first_record = 5", "transaction", a),
        ("DELETE FROM index.event_run WHERE first_sequence = 1", "event_run", "\t1"),
        ("UPDATE index.event_run SET spans = spans || spans", "event_run", "\t1"),
        ("UPDATE index.provenance_total SET events = events + 1", "provenance_total", "\t0"),
        ("DELETE FROM index.provenance_value WHERE shard = 1", "provenance_value", a),
        ("UPDATE index.provenance_event SET document = document || ' '", "provenance_event", a),
    ];
    let mut owner = database.owner().await;
    for (tampering, table, key) in tamperings {
        owner.execute(tampering).await.expect("the owner may run the statement");
        let found = compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
        let different: Vec<_> =
            found.tables.iter().filter_map(|it| Some((it.table, it.first_difference.clone()?))).collect();
        assert_eq!(different.len(), 1, "{tampering}: {different:?}");
        let (name, first) = &different[0];
        assert_eq!(*name, table, "{tampering}");
        assert!(first.contains(key), "{tampering}: {first:?}");

        let cursors = rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect("a rebuild");
        assert_eq!(cursors.iter().map(|cursor| cursor.height).collect::<Vec<_>>(), [Height(3), Height(3)]);
        let found = compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
        assert!(found.is_identical(), "{tampering}: {found:#?}");
    }
}

#[tokio::test]
async fn a_cursor_beyond_the_chain_is_an_error_and_a_rebuild_repairs_it() {
    let (database, chain) = indexed().await;
    database
        .owner()
        .await
        .execute("UPDATE index.cursor SET height = 7 WHERE shard = 1")
        .await
        .expect("the owner may run the statement");
    let error = compare(&database.url(), &chain.source(), &chain.vault()).await.expect_err("there is no such block");
    assert!(matches!(error, RebuildError::BeyondTip { indexed: Height(7), tip: Height(3), .. }), "{error}");
    rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect("a rebuild");
    let found = compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(found.is_identical(), "{found:#?}");
}

#[tokio::test]
async fn a_rebuild_during_indexing_is_refused() {
    let (database, chain) = indexed().await;
    let pool = database.indexer_pool().await;
    let indexer = Indexer::start(IndexerConfig::default(), &pool, &chain.source(), &chain.vault());
    indexer.progress().wait_for(ShardId(1), Height(3)).await.expect("the chain has the shard");
    let error = rebuild(&database.url(), &chain.source(), &chain.vault()).await.expect_err("it is followed");
    assert!(matches!(error, RebuildError::Followed(_)), "{error}");
    let found = compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(found.is_identical(), "a comparison is possible at any time: {found:#?}");
    indexer.stop().await.expect("no failure");
}

#[tokio::test]
async fn comparisons_take_turns_or_are_refused() {
    let (database, chain) = indexed().await;
    let mut live = super::copy::live_snapshot(&database.url()).await.expect("a session");
    assert!(super::copy::try_lock(&mut live).await.expect("a query"));
    let error = compare(&database.url(), &chain.source(), &chain.vault()).await.expect_err("one at a time");
    assert!(matches!(error, RebuildError::Comparing), "{error}");
}
