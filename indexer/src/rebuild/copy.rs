//! The database operations of a rebuild and a comparison: a copy's schema, TRUNCATE, and a snapshot session. Invariant:
//! only [`truncate_live`] changes the live tables, and only a rebuild calls it. Only the owner and the indexer can
//! access the copy's schema.

use crate::{connection, slice::tables};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// The schema of the copy; the live tables are in schema `index`.
const COPY_SCHEMA: &str = "index_rebuild";

/// Recreates the copy's schema with empty tables like the live ones.
pub(super) async fn create(url: &str) -> Result<(), sqlx::Error> {
    let create = |name| format!("CREATE TABLE {COPY_SCHEMA}.{name} (LIKE index.{name} INCLUDING ALL);");
    let tables: String = tables().map(|table| create(table.name)).collect();
    let statements = format!(
        "DROP SCHEMA IF EXISTS {COPY_SCHEMA} CASCADE; CREATE SCHEMA {COPY_SCHEMA}; {tables}
         GRANT USAGE ON SCHEMA {COPY_SCHEMA} TO waymark_indexer;
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {COPY_SCHEMA} TO waymark_indexer"
    );
    execute(url, statements).await
}

/// Takes the advisory lock of the copy's schema for a session, if it is free.
pub(super) async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtext($1))");
    lock.bind(COPY_SCHEMA).fetch_one(connection).await
}

/// Releases the advisory lock. The end of the session would release it too, but only a moment after the client left.
pub(super) async fn unlock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let unlock = sqlx::query_scalar("SELECT pg_advisory_unlock(hashtext($1))");
    unlock.bind(COPY_SCHEMA).fetch_one(connection).await
}

/// Drops the copy's schema.
pub(super) async fn drop_copy(url: &str) -> Result<(), sqlx::Error> {
    execute(url, format!("DROP SCHEMA IF EXISTS {COPY_SCHEMA} CASCADE")).await
}

/// Empties the live tables with TRUNCATE. The caller holds the leases of all shards.
pub(super) async fn truncate_live(url: &str) -> Result<(), sqlx::Error> {
    let tables: Vec<_> = tables().map(|table| format!("index.{}", table.name)).collect();
    execute(url, format!("TRUNCATE {}", tables.join(", "))).await
}

/// Opens a session of the indexer whose unqualified tables are those of the copy.
pub(super) async fn copy_session(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options = connection::options(url)?.options([("role", "waymark_indexer"), ("search_path", COPY_SCHEMA)]);
    PgConnection::connect_with(&options.options([("synchronous_commit", "off")])).await
}

/// Opens a session of the indexer that reads a snapshot of the live tables.
pub(super) async fn live_snapshot(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options = connection::options(url)?.options([("role", "waymark_indexer"), ("search_path", "index")]);
    let mut connection = PgConnection::connect_with(&options).await?;
    let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    sqlx::raw_sql(begin).execute(&mut connection).await?;
    Ok(connection)
}

/// Runs statements as the owner in one transaction. They consist of this crate's constants only.
async fn execute(url: &str, statements: String) -> Result<(), sqlx::Error> {
    let mut connection = connection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    connection.close().await
}
