//! Takes the snapshot of schema `app` and writes its tables. Invariant: nothing is changed. Writes of operations wait
//! only while [`Held`] lives; all other requests are served.

use super::Table;
use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use indexer::connection;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};
use std::collections::BTreeSet;

/// The time that the lock of the operations is waited for, in milliseconds.
const LOCK_MS_MAX: u64 = 10_000;

/// A database in which no operation begins or is decided until this value is dropped.
pub struct Held {
    url: String,
    connection: PgConnection,
}

/// Stops the decisions of operations. A request that would store an operation waits. `url` names a
/// superuser: row-level security hides rows even from the owner of the tables.
///
/// # Errors
/// [`sqlx::Error`] when the database fails, or other transactions hold the table for too long.
pub async fn hold(url: &str) -> Result<Held, sqlx::Error> {
    let mut connection = session(url).await?;
    let lock = format!("SET lock_timeout = {LOCK_MS_MAX}; BEGIN; LOCK TABLE app.operation IN SHARE MODE");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(lock))).await?;
    Ok(Held { url: url.to_owned(), connection })
}

impl Held {
    /// Takes the snapshot, and lets operations continue. The ledger was copied while this value lived: so the copy
    /// holds every block that a decision in the snapshot names, and the snapshot the key of every record in the copy,
    /// because keys are stored before a transaction is submitted.
    ///
    /// # Errors
    /// [`sqlx::Error`] when the database fails.
    pub async fn snapshot(self) -> Result<Snapshot, sqlx::Error> {
        let mut connection = session(&self.url).await?;
        let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL row_security = off";
        connection.execute(sqlx::raw_sql(begin)).await?;
        // The first query takes the snapshot.
        let version =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut connection).await?;
        self.connection.close().await?;
        Ok(Snapshot { connection, version })
    }
}

/// A snapshot of schema `app`.
pub struct Snapshot {
    connection: PgConnection,
    version: i64,
}

/// The tables of schema `app`, each with its columns and the tables that it refers to.
const TABLES: &str = "
    SELECT t.relname::text,
        (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''),
        (SELECT coalesce(array_agg(DISTINCT r.relname::text), '{}') FROM pg_constraint c
            JOIN pg_class r ON r.oid = c.confrelid WHERE c.conrelid = t.oid AND c.contype = 'f' AND r.oid <> t.oid)
    FROM pg_class t WHERE t.relnamespace = 'app'::regnamespace AND t.relkind = 'r' ORDER BY 1";

impl Snapshot {
    /// The version of the newest migration.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// All tables, in an order in which they can be loaded: a table follows those that it refers to.
    ///
    /// # Errors
    /// [`sqlx::Error`] when the database fails.
    pub async fn tables(&mut self) -> Result<Vec<Table>, sqlx::Error> {
        let mut waiting: Vec<(String, Vec<String>, Vec<String>)> =
            sqlx::query_as(TABLES).fetch_all(&mut self.connection).await?;
        let (mut done, mut ordered) = (BTreeSet::new(), Vec::new());
        while !waiting.is_empty() {
            let (ready, rest): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|(.., refers)| refers.iter().all(|name| done.contains(name)));
            if ready.is_empty() {
                return Err(sqlx::Error::Protocol("the tables of schema app refer to each other in a circle".into()));
            }
            for (name, columns, _) in ready {
                done.insert(name.clone());
                ordered.push(Table { name, columns });
            }
            waiting = rest;
        }
        if let Some(table) = ordered.iter().find(|table| !table.is_plain()) {
            return Err(sqlx::Error::Protocol(format!("the table app.{} has an unusual name", table.name)));
        }
        Ok(ordered)
    }

    /// The rows of a table, in the text format of COPY.
    ///
    /// # Errors
    /// [`sqlx::Error`] when the database fails.
    pub async fn rows(
        &mut self,
        table: &Table,
    ) -> Result<impl Stream<Item = Result<Bytes, sqlx::Error>> + Send + Unpin + '_, sqlx::Error> {
        let copy = format!("COPY {} TO STDOUT", table.target());
        Ok(self.connection.copy_out_raw(&copy).await?.into_stream())
    }
}

async fn session(url: &str) -> Result<PgConnection, sqlx::Error> {
    connection::options(url)?.application_name("waymark_backup").connect().await
}
