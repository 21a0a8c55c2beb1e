//! The schema that a comparison fills. Invariant: it has the tables of `index` and none of its rows, nobody but the
//! owner and the indexer can see it, and no statement of it reaches the live tables.

use crate::slice::tables;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use std::str::FromStr as _;

/// The schema's name.
const SCHEMA: &str = "index_rebuild";

/// Makes the schema anew, with empty tables like the live ones.
pub(super) async fn create(url: &str) -> Result<(), sqlx::Error> {
    let create = |name| format!("CREATE TABLE {SCHEMA}.{name} (LIKE index.{name} INCLUDING ALL);");
    let tables: String = tables().map(|table| create(table.name)).collect();
    let statements = format!(
        "DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; {tables}
         GRANT USAGE ON SCHEMA {SCHEMA} TO waymark_indexer;
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {SCHEMA} TO waymark_indexer"
    );
    execute(url, statements).await
}

/// Takes the schema for a session, if nobody has it.
pub(super) async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtext($1))");
    lock.bind(SCHEMA).fetch_one(connection).await
}

/// Gives the schema back. The lock would end with the session too, but that ends a moment after its client left.
pub(super) async fn unlock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let unlock = sqlx::query_scalar("SELECT pg_advisory_unlock(hashtext($1))");
    unlock.bind(SCHEMA).fetch_one(connection).await
}

/// Drops the schema.
pub(super) async fn drop(url: &str) -> Result<(), sqlx::Error> {
    execute(url, format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")).await
}

/// Empties the live tables.
pub(super) async fn empty(url: &str) -> Result<(), sqlx::Error> {
    let tables: Vec<_> = tables().map(|table| format!("index.{}", table.name)).collect();
    execute(url, format!("TRUNCATE {}", tables.join(", "))).await
}

/// A session of the indexer whose unqualified tables are those of the copy.
pub(super) async fn session(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?.options([("role", "waymark_indexer"), ("search_path", SCHEMA)]);
    PgConnection::connect_with(&options.options([("synchronous_commit", "off")])).await
}

/// A session of the indexer that sees the live tables as they are now, and not as they become.
pub(super) async fn snapshot(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?.options([("role", "waymark_indexer"), ("search_path", "index")]);
    let mut connection = PgConnection::connect_with(&options).await?;
    let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    sqlx::raw_sql(begin).execute(&mut connection).await?;
    Ok(connection)
}

/// Runs statements as the owner, in one transaction. They are made of this crate's constants only.
async fn execute(url: &str, statements: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    connection.close().await
}
