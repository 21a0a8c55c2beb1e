//! Creates the Postgres connection pools of the gateway and the indexer. Invariant: every session has a role that owns
//! no table. Every statement and every idle transaction has a time limit.

use crate::connection;
use sqlx::{
    Executor as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// The maximum number of connections for the requests of one gateway process.
pub const APP_CONNECTIONS_MAX: u32 = 24;
/// The maximum number of connections of the services of one gateway process: its relay, its listener for the index and
/// its check of the database.
pub const SERVICE_CONNECTIONS_MAX: u32 = 6;
/// The maximum number of connections with which one gateway process delivers webhooks, besides that of its lock.
pub const DELIVERY_CONNECTIONS_MAX: u32 = 4;
/// The maximum number of connections of one indexer process: two per shard of a large chain, and a few for progress.
pub const INDEXER_CONNECTIONS_MAX: u32 = 16;
/// The time that a caller waits for a free connection before it gets an overload error.
pub const ACQUIRE_TIMEOUT_MS: u64 = 5_000;
/// The time limit of one statement of a request.
pub const APP_STATEMENT_TIMEOUT_MS: u64 = 15_000;
/// The time limit between two statements of a transaction. After it the server ends the session.
pub const IDLE_IN_TRANSACTION_TIMEOUT_MS: u64 = 10_000;
/// The time limit of a request's wait for a lock.
pub const APP_LOCK_TIMEOUT_MS: u64 = 5_000;
/// The time limit of one statement of the indexer, which writes thousands of rows at once.
pub const INDEXER_STATEMENT_TIMEOUT_MS: u64 = 120_000;

/// Creates the gateway's pool. Sessions have the role `waymark_app` and see schema `app`; tables with tenants return
/// rows only inside [`crate::tenant::begin`].
///
/// # Errors
/// When the URL is malformed, or the server refuses: its roles exist after [`crate::migrate::migrate`].
pub async fn app_pool(url: &str) -> Result<PgPool, sqlx::Error> {
    connect(app_session(url)?, APP_CONNECTIONS_MAX).await
}

/// Creates the pool of a gateway's own services, which are the same sessions as those of [`app_pool`]. It is separate,
/// so that requests never occupy it.
///
/// # Errors
/// As [`app_pool`].
pub async fn service_pool(url: &str) -> Result<PgPool, sqlx::Error> {
    connect(app_session(url)?, SERVICE_CONNECTIONS_MAX).await
}

/// Creates the pool with which a gateway delivers webhooks, which are the same sessions as those of [`app_pool`].
///
/// # Errors
/// As [`app_pool`].
pub async fn delivery_pool(url: &str) -> Result<PgPool, sqlx::Error> {
    connect(app_session(url)?, DELIVERY_CONNECTIONS_MAX).await
}

fn app_session(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options = session(url, "waymark_app", "app", APP_STATEMENT_TIMEOUT_MS)?;
    Ok(options.options([("lock_timeout", APP_LOCK_TIMEOUT_MS.to_string())]))
}

/// Creates the indexer's pool. Sessions have the role `waymark_indexer` and see schema `index`. A commit does not wait
/// for the disk: the cursor commits with its rows, so rows that a power loss removes are applied again from the chain.
///
/// # Errors
/// As [`app_pool`].
pub async fn indexer_pool(url: &str) -> Result<PgPool, sqlx::Error> {
    let options = session(url, "waymark_indexer", "index", INDEXER_STATEMENT_TIMEOUT_MS)?
        .options([("synchronous_commit", "off")]);
    connect(options, INDEXER_CONNECTIONS_MAX).await
}

fn session(url: &str, role: &str, schema: &str, statement_timeout_ms: u64) -> Result<PgConnectOptions, sqlx::Error> {
    let options = connection::options(url)?.application_name(role).options([("role", role), ("search_path", schema)]);
    Ok(options.options([
        ("statement_timeout", statement_timeout_ms.to_string()),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT_MS.to_string()),
    ]))
}

async fn connect(options: PgConnectOptions, connections_max: u32) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_millis(ACQUIRE_TIMEOUT_MS))
        // The first failing statement detects a restarted server; a ping on each use costs a round trip.
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                // sqlx's `begin` may be cancelled between the server's BEGIN and sqlx's own record of it. Such a
                // connection would return to the pool inside a transaction of another user. A rollback without a
                // transaction, which is the usual case, would write a warning to the server's log each time.
                connection.execute("BEGIN; ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await
}
