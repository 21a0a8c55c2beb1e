//! Following a chain: from the beginning, from a cursor, and through interruptions; a wrong block stops the shard.

use super::{Indexer, IndexerConfig, IndexerError, IndexerHandle};
use crate::{
    ledger,
    progress::IndexProgress,
    rebuild,
    testing::{
        TestDatabase,
        chain::{Draw, Outcome, TestChain},
    },
};
use chain_types::{Digest, FinalBlock, Height, ShardId, Signature, TenantId, block::FollowError};
use sqlx::{Executor as _, PgPool};
use std::{sync::Arc, time::Duration};

const TENANT: TenantId = TenantId([1; 16]);
/// Much longer than any wait here; only a failing test reaches it.
const PATIENCE: Duration = Duration::from_secs(20);

fn start(pool: &PgPool, chain: &Arc<TestChain>) -> IndexerHandle {
    Indexer::start(IndexerConfig::default(), pool, &chain.source(), &chain.vault())
}

async fn wait(progress: &IndexProgress, shard: u16, height: u64) {
    let waited = tokio::time::timeout(PATIENCE, progress.wait_for(ShardId(shard), Height(height))).await;
    waited.expect("in time").expect("the chain has the shard");
}

async fn failure(indexer: &IndexerHandle) -> Arc<IndexerError> {
    tokio::time::timeout(PATIENCE, indexer.failed()).await.expect("in time")
}

fn add_blocks(chain: &TestChain, shard: u16, from: u64, count: u64) {
    for n in from..from + count {
        let draws: Vec<Draw> = (0..n % 4).map(|index| Draw::event(&event(&format!("{shard}-{n}-{index}")))).collect();
        let transactions = if draws.is_empty() { vec![] } else { vec![chain.transaction(TENANT, &draws)] };
        chain.add_block(shard, 1_000 * n, transactions);
    }
}

fn event(id: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventID":"urn:ex:{id}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:ex:item:{id}"]}}"#
    )
}

async fn assert_equal_to_rebuilt(database: &TestDatabase, chain: &Arc<TestChain>) {
    let compared =
        rebuild::compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(compared.is_identical(), "{compared:#?}");
}

#[tokio::test]
async fn every_shard_is_followed_and_resumes_from_its_cursor() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(2));
    let pool = database.indexer_pool().await;
    add_blocks(&chain, 0, 1, 5);
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 5).await;
    add_blocks(&chain, 1, 1, 3);
    wait(&indexer.progress(), 1, 3).await;
    indexer.stop().await.expect("no failure");

    add_blocks(&chain, 0, 6, 4);
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 9).await;
    wait(&indexer.progress(), 1, 3).await;
    assert_eq!(indexer.progress().heights(), [(ShardId(0), Height(9)), (ShardId(1), Height(3))]);
    indexer.stop().await.expect("no failure");

    let mut connection = pool.acquire().await.expect("the pool provides a connection");
    let cursors = ledger::cursors(&mut connection).await.expect("cursors");
    let records: Vec<u64> = cursors.iter().map(|cursor| cursor.records).collect();
    assert_eq!(records, [13, 6]);
    let newest = ledger::recent_blocks(&mut connection, ShardId(0), 2).await.expect("blocks");
    assert_eq!(newest.iter().map(|block| block.height).collect::<Vec<_>>(), [Height(9), Height(8)]);
    assert_eq!(newest[0].digest, cursors[0].digest);
    drop(connection);
    assert_equal_to_rebuilt(&database, &chain).await;
}

/// The indexer is dropped at two hundred different moments, as when its process is killed.
#[tokio::test]
async fn after_two_hundred_kills_the_index_equals_the_chain() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(2));
    let pool = database.indexer_pool().await;
    for kill in 0..200_u64 {
        add_blocks(&chain, 0, 2 * kill + 1, 2);
        add_blocks(&chain, 1, kill + 1, 1);
        let indexer = start(&pool, &chain);
        let mut indexed = indexer.progress().indexed(ShardId(0));
        drop(
            tokio::time::timeout(Duration::from_micros(kill * 137 % 9_000), indexed.wait_for(|at| at.0 > 2 * kill))
                .await,
        );
        drop(indexer);
    }
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 400).await;
    wait(&indexer.progress(), 1, 200).await;
    indexer.stop().await.expect("no failure");
    assert_equal_to_rebuilt(&database, &chain).await;
}

#[tokio::test]
async fn an_index_of_another_chain_is_refused_by_name() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let pool = database.indexer_pool().await;
    add_blocks(&chain, 0, 1, 3);
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 3).await;
    indexer.stop().await.expect("no failure");

    let longer = TestChain::named("another", 1);
    add_blocks(&longer, 0, 1, 4);
    let shorter = TestChain::named("shorter", 1);
    add_blocks(&shorter, 0, 1, 1);
    for other in [longer, shorter] {
        let indexer = start(&pool, &other);
        let error = failure(&indexer).await;
        assert!(matches!(*error, IndexerError::NotOnChain { height: Height(3), .. }), "{error}");
        assert!(error.to_string().contains("waymark indexer rebuild"));
        indexer.stop().await.expect_err("it says so again");
    }
    assert_equal_to_rebuilt(&database, &chain).await;
}

/// The ledger's numbers have 64 bits, Postgres's signed ones 63.
#[tokio::test]
async fn a_value_that_no_column_holds_stops_its_shard_and_leaves_no_row() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let pool = database.indexer_pool().await;
    add_blocks(&chain, 0, 1, 3);
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 3).await;
    chain.capture(0, u64::MAX / 2 + 1, TENANT, &[Draw::event(&event("late"))]);
    let error = failure(&indexer).await;
    let IndexerError::Column(column) = &*error else { panic!("{error}") };
    assert_eq!(column.to_string(), "a value does not fit the column `block.timestamp_ms`");
    indexer.stop().await.expect_err("it says so again");
    let mut connection = pool.acquire().await.expect("the pool provides a connection");
    let newest = ledger::recent_blocks(&mut connection, ShardId(0), 1).await.expect("blocks");
    assert_eq!(newest[0].height, Height(3));
    assert_eq!(ledger::cursors(&mut connection).await.expect("cursors")[0].height, Height(3));
}

#[tokio::test]
async fn a_forged_block_stops_its_shard_and_leaves_no_row() {
    type Forge = fn(&mut FinalBlock);
    type Expected = fn(&FollowError) -> bool;
    let forgeries: [(Forge, Expected); 5] = [
        (|block| block.header.version.0 += 1, |e| matches!(e, FollowError::Version { .. })),
        (
            |block| block.certificate.signatures[0].1 = Signature::Ed25519([1; 64]),
            |e| matches!(e, FollowError::Certificate { .. }),
        ),
        (|block| block.header.timestamp_ms.0 += 1, |e| matches!(e, FollowError::Certificate { .. })),
        (|block| block.header.parent = Digest::ZERO, |e| matches!(e, FollowError::Parent { .. })),
        (|block| block.header.height.0 += 1, |e| matches!(e, FollowError::Parent { .. })),
    ];
    for (forge, is_expected) in forgeries {
        let (database, chain) = (TestDatabase::create().await, TestChain::new(2));
        let pool = database.indexer_pool().await;
        add_blocks(&chain, 0, 1, 2);
        chain.add_forged(0, 9_000, forge);
        add_blocks(&chain, 1, 1, 2);
        let indexer = start(&pool, &chain);
        match &*failure(&indexer).await {
            IndexerError::Block(error) => assert!(is_expected(error), "{error}"),
            other => panic!("{other}"),
        }
        wait(&indexer.progress(), 1, 2).await;
        indexer.stop().await.expect_err("it says so again");
        let mut connection = pool.acquire().await.expect("the pool provides a connection");
        let last = ledger::recent_blocks(&mut connection, ShardId(0), 1).await.expect("blocks");
        assert!(last.iter().all(|block| block.height <= Height(2)), "the forged block has no rows");
    }
}

#[tokio::test]
async fn a_block_whose_records_were_exchanged_is_refused() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let pool = database.indexer_pool().await;
    let (transaction, receipts) = chain.transaction(TENANT, &[Draw::event(&event("exchanged"))]);
    chain.add_forged(0, 1_000, |block| {
        block.block.transactions = vec![transaction];
        block.block.receipts = receipts;
    });
    let indexer = start(&pool, &chain);
    let error = failure(&indexer).await;
    assert!(matches!(*error, IndexerError::Block(FollowError::Contents { .. })), "{error}");
}

#[tokio::test]
async fn one_indexer_writes_and_another_takes_over() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let (one, other) = (database.indexer_pool().await, database.indexer_pool().await);
    add_blocks(&chain, 0, 1, 1);
    let first = start(&one, &chain);
    wait(&first.progress(), 0, 1).await;
    let second = start(&other, &chain);
    add_blocks(&chain, 0, 2, 2);
    wait(&first.progress(), 0, 3).await;
    wait(&second.progress(), 0, 3).await;
    first.stop().await.expect("no failure");
    add_blocks(&chain, 0, 4, 2);
    wait(&second.progress(), 0, 5).await;
    second.stop().await.expect("no failure");
    assert_equal_to_rebuilt(&database, &chain).await;
}

#[tokio::test]
async fn a_lost_connection_is_reopened() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let pool = database.indexer_pool().await;
    let indexer = start(&pool, &chain);
    let mut owner = database.owner().await;
    for n in 1..=3 {
        add_blocks(&chain, 0, n, 1);
        wait(&indexer.progress(), 0, n).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'waymark_indexer'
            AND datname = current_database()";
        owner.execute(end).await.expect("the owner may run the statement");
    }
    add_blocks(&chain, 0, 4, 1);
    wait(&indexer.progress(), 0, 4).await;
    indexer.stop().await.expect("no failure");
}

#[tokio::test]
async fn another_process_receives_progress() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(2));
    let (pool, app) = (database.indexer_pool().await, database.app_pool().await);
    add_blocks(&chain, 0, 1, 1);
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 1).await;
    let progress = IndexProgress::listen(app.clone(), 2).await.expect("the cursors");
    assert_eq!(
        progress.heights(),
        [(ShardId(0), Height(1)), (ShardId(1), Height(0))],
        "earlier blocks are known at once"
    );
    add_blocks(&chain, 0, 2, 3);
    wait(&progress, 0, 4).await;
    // This also ends the listener's own connection.
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'waymark_app'
        AND datname = current_database()";
    database.owner().await.execute(end).await.expect("the owner may run the statement");
    add_blocks(&chain, 1, 1, 1);
    wait(&progress, 1, 1).await;
    progress.wait_for(ShardId(7), Height(1)).await.expect_err("there is no such shard");
    drop(progress);
    indexer.stop().await.expect("no failure");
}

#[tokio::test]
async fn a_record_that_was_not_applied_is_counted_and_has_no_row() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let pool = database.indexer_pool().await;
    let rejected = Draw { outcome: Outcome::Rejected, ..Draw::event(&event("rejected")) };
    let block = chain.capture(0, 1_000, TENANT, &[rejected]);
    let indexer = start(&pool, &chain);
    wait(&indexer.progress(), 0, 1).await;
    indexer.stop().await.expect("no failure");
    let mut connection = pool.acquire().await.expect("the pool provides a connection");
    let tx_id = block.block.transactions[0].header.id();
    let found = ledger::find_transaction(&mut connection, TENANT, tx_id).await.expect("a query").expect("it is there");
    assert_eq!((found.height, found.timestamp_ms.0, found.first_record, found.records), (Height(1), 1_000, 0, 1));
    let events: i64 =
        sqlx::query_scalar("SELECT count(*) FROM provenance_event").fetch_one(&mut *connection).await.expect("a count");
    assert_eq!(events, 0);
}
