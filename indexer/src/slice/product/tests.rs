//! Registered products become rows, which are listed in pages and which a rebuild reproduces. No record of a tenant
//! stops the index.

use super::{ProductPosition, ProductRow, list_products};
use crate::{
    follow::{Indexer, IndexerConfig},
    rebuild, tenant,
    testing::{
        TestDatabase,
        chain::{TestChain, TestRecord},
    },
};
use chain_types::{
    Command, Digest, EntryCore, Event, Height, Receipt, Rejection, ShardId, Subject, TenantId, TimestampMs,
    product::{self, RegisterProduct},
};
use std::sync::Arc;

const A: TenantId = TenantId([0xa; 16]);
const B: TenantId = TenantId([0xb; 16]);

/// A sealed registration with any document and outcome.
fn record(document: &[u8], receipt: Receipt) -> TestRecord {
    let (product, content) = (Subject(Digest([7; 32])), Digest::ZERO);
    let command = Command::Product(product::Command::RegisterProduct(RegisterProduct { product, content }));
    let core = EntryCore { subjects: vec![product], command };
    TestRecord { core, document: document.to_vec(), is_public: false, receipt }
}

fn registered(document: &str) -> TestRecord {
    let event = product::Event::ProductRegistered { product: Subject(Digest([7; 32])) };
    record(document.as_bytes(), Receipt::Applied(Event::Product(event)))
}

fn add(chain: &TestChain, time_ms: u64, tenant: TenantId, records: Vec<TestRecord>) {
    chain.add_block(0, time_ms, vec![chain.sign(tenant, records)]);
}

async fn indexed(chain: &Arc<TestChain>, height: u64) -> TestDatabase {
    let database = TestDatabase::create().await;
    let pool = database.indexer_pool().await;
    let indexer = Indexer::start(IndexerConfig::default(), &pool, &chain.source(), &chain.vault());
    indexer.progress().wait_for(ShardId(0), Height(height)).await.expect("the chain has the shard");
    indexer.stop().await.expect("no failure");
    database
}

async fn page(
    database: &TestDatabase,
    tenant: TenantId,
    after: Option<ProductPosition>,
    limit: u32,
) -> Vec<ProductRow> {
    let mut tx = tenant::begin(&database.app_pool().await, tenant).await.expect("the transaction begins");
    list_products(&mut tx, tenant, after, limit).await.expect("a query")
}

fn ids(rows: &[ProductRow]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

#[tokio::test]
async fn a_product_is_a_row_that_a_rebuild_reproduces() {
    let chain = TestChain::new(1);
    add(&chain, 1_000, A, vec![registered(r#"{"id":"p1","name":"Lettuce"}"#), registered(r#"{"id":"p2"}"#)]);
    let rejected = Receipt::Rejected(Rejection::new("product.product_exists"));
    let others = [Receipt::Repeated, rejected].map(|receipt| record(br#"{"id":"p3"}"#, receipt));
    add(&chain, 2_000, A, others.into());
    let database = indexed(&chain, 2).await;
    let expected = |record_index, id: &str, name: Option<&str>| ProductRow {
        tenant: A,
        shard: ShardId(0),
        height: Height(1),
        record_index,
        record_time_ms: TimestampMs(1_000),
        subject: Digest([7; 32]),
        id: id.to_owned(),
        name: name.map(str::to_owned),
    };
    assert_eq!(page(&database, A, None, 10).await, [expected(1, "p2", None), expected(0, "p1", Some("Lettuce"))]);
    assert_eq!(page(&database, B, None, 10).await, []);
    let found =
        rebuild::compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(found.is_identical(), "{found:#?}");
    assert!(found.tables.iter().any(|table| (table.table, table.live_rows) == ("product", 2)), "{found:#?}");
}

#[tokio::test]
async fn pages_neither_overlap_nor_skip_a_product() {
    let chain = TestChain::new(1);
    for (time_ms, ids) in [(1_000, ["p1", "p2"]), (1_000, ["p3", "p4"]), (2_000, ["p5", "p6"])] {
        add(&chain, time_ms, A, ids.map(|id| registered(&format!(r#"{{"id":"{id}"}}"#))).into());
    }
    add(&chain, 3_000, B, vec![registered(r#"{"id":"p7"}"#)]);
    let database = indexed(&chain, 4).await;
    let (mut after, mut listed) = (None, Vec::new());
    loop {
        let rows = page(&database, A, after, 1).await;
        let Some(row) = rows.last() else { break };
        let ProductRow { record_time_ms, shard, height, record_index, .. } = *row;
        after = Some(ProductPosition { record_time_ms, shard, height, record_index });
        listed.extend(rows);
    }
    assert_eq!(ids(&listed), ["p6", "p5", "p4", "p3", "p2", "p1"]);
}

#[tokio::test]
async fn a_document_that_is_no_product_has_no_row() {
    let chain = TestChain::new(1);
    let documents = [
        "",
        "{",
        "[]",
        r#""p1""#,
        "{}",
        r#"{"id":7}"#,
        r#"{"id":"p1","name":7}"#,
        r#"{"id":"\u0000"}"#,
        r#"{"id":"p1","name":"\u0000"}"#,
    ];
    let public = documents.map(|document| TestRecord { is_public: true, ..registered(document) });
    add(&chain, 1_000, A, public.into());
    add(&chain, 2_000, A, vec![record(b"\xff", registered("").receipt), registered(r#"{"id":"p2","name":null}"#)]);
    let database = indexed(&chain, 2).await;
    assert_eq!(ids(&page(&database, A, None, 100).await), ["p2"]);
}
