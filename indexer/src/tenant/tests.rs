//! A tenant's transaction returns only that tenant's rows, whatever its statements contain, and an abandoned session is
//! clean for its next user.

use super::{begin, begin_service, uuid};
use crate::testing::TestDatabase;
use chain_types::TenantId;
use sqlx::{Executor as _, PgPool, Row as _};
use std::time::Duration;

const A: TenantId = TenantId([0xa; 16]);
const B: TenantId = TenantId([0xb; 16]);

async fn database() -> (TestDatabase, PgPool) {
    let database = TestDatabase::create().await;
    let indexer = database.indexer_pool().await;
    for tenant in [A, B] {
        sqlx::query("INSERT INTO provenance_total VALUES ($1, 0, 7, 1)")
            .bind(uuid(tenant))
            .execute(&indexer)
            .await
            .expect("the indexer writes for every tenant");
    }
    indexer.close().await;
    let app = database.app_pool().await;
    (database, app)
}

#[tokio::test]
async fn a_tenant_sees_its_own_rows_without_asking() {
    let (_database, app) = database().await;
    for tenant in [A, B] {
        let mut tx = begin(&app, tenant).await.expect("the transaction begins");
        let rows = sqlx::query("SELECT tenant_id FROM index.provenance_total").fetch_all(&mut *tx).await;
        let rows = rows.expect("rows");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].get::<uuid::Uuid, _>(0), uuid(tenant));
        assert_eq!(tx.tenant(), tenant);
        tx.commit().await.expect("a commit");
    }
}

#[tokio::test]
async fn asking_for_a_foreign_tenant_finds_nothing_and_writing_is_refused() {
    let (_database, app) = database().await;
    let mut tx = begin(&app, A).await.expect("the transaction begins");
    let foreign = "SELECT count(*) FROM index.provenance_total WHERE tenant_id = $1";
    let count: i64 = sqlx::query_scalar(foreign).bind(uuid(B)).fetch_one(&mut *tx).await.expect("a count");
    assert_eq!(count, 0);
    for statement in [
        "INSERT INTO index.provenance_total VALUES ('0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a', 1, 1, 1)",
        "UPDATE index.provenance_total SET events = 8",
        "TRUNCATE index.provenance_total",
    ] {
        let mut tx = begin(&app, A).await.expect("the transaction begins");
        let refused = tx.execute(statement).await;
        assert!(refused.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn without_a_tenant_there_is_an_error_and_no_answer() {
    let (_database, app) = database().await;
    let read = "SELECT count(*) FROM index.provenance_total";
    assert!(app.fetch_one(read).await.is_err(), "never set in this session");
    begin(&app, A).await.expect("the transaction begins").commit().await.expect("a commit");
    assert!(app.fetch_one(read).await.is_err(), "set in an earlier transaction only");
    let mut service = begin_service(&app).await.expect("the transaction begins");
    assert!(service.fetch_one(read).await.is_err(), "the service role reads no tenant's index");
    drop(service);
    app.fetch_all("SELECT shard FROM index.cursor").await.expect("the chain's own tables have no tenant");
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back() {
    let (database, app) = database().await;
    let mut owner = database.owner().await;
    owner.execute("CREATE TABLE app.note (text text); GRANT ALL ON app.note TO waymark_app").await.expect("a table");
    let mut tx = begin(&app, A).await.expect("the transaction begins");
    tx.execute("INSERT INTO app.note VALUES ('dropped')").await.expect("a row");
    drop(tx);
    let mut tx = begin(&app, A).await.expect("the transaction begins");
    tx.execute("INSERT INTO app.note VALUES ('rolled back')").await.expect("a row");
    tx.rollback().await.expect("a rollback");
    let mut tx = begin(&app, A).await.expect("the transaction begins");
    tx.execute("INSERT INTO note VALUES ('kept')").await.expect("the search path finds the row");
    tx.commit().await.expect("a commit");
    let stored: Vec<String> =
        sqlx::query_scalar("SELECT text FROM app.note").fetch_all(&mut owner).await.expect("rows");
    assert_eq!(stored, ["kept"]);
}

/// A client disconnects at the worst moment, two thousand times: the future is dropped between the server's BEGIN and
/// sqlx's own record of it.
#[tokio::test]
async fn two_thousand_aborted_requests_leave_no_session_in_a_transaction() {
    let (database, app) = database().await;
    for n in 0..2_000_u64 {
        let request = async {
            let mut tx = begin(&app, A).await?;
            tx.execute("SELECT count(*) FROM index.provenance_total").await?;
            tx.commit().await
        };
        // Aborted at a different point each time, over the whole duration of a request.
        drop(tokio::time::timeout(Duration::from_micros(n % 1_500), request).await);
    }
    for _ in 0..100 {
        let mut tx = begin(&app, B).await.expect("the transaction begins");
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM index.provenance_total")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        assert_eq!(count, 1);
        tx.commit().await.expect("a commit");
    }
    app.close().await;
    let mut owner = database.owner().await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    let open: i64 = sqlx::query_scalar(open).fetch_one(&mut owner).await.expect("a count");
    assert_eq!(open, 0);
}
