//! Decides which gateway of a database delivers. Invariant: it holds a lock of a session of its own; when that session
//! ends, all its calls end, and another gateway takes the lock.

use super::{Shared, dispatch};
use sqlx::{Connection as _, PgConnection};
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// The number of the lock, `webhooks` in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"webhooks");
/// How often a gateway without the lock tries to take it, and one with it checks its session, in milliseconds.
const CHECK_MS: u64 = 1_000;
/// The time for an answer to such a statement, in milliseconds.
const ANSWER_MS_MAX: u64 = 3_000;

/// Waits for the lock and delivers, again and again, until `stopping`.
pub(super) async fn run(shared: Arc<Shared>, stopping: CancellationToken) {
    let pause = Duration::from_millis(CHECK_MS);
    while !stopping.is_cancelled() {
        if let Err(error) = lead(&shared, &stopping).await {
            tracing::warn!(%error, "webhooks: the session with the lock ended");
        }
        metrics::gauge!("waymark_webhook_is_deliverer").set(0.0);
        stopping.run_until_cancelled(sleep(pause)).await;
    }
}

/// Delivers while this process has the lock. Ends without an error only when it stops.
async fn lead(shared: &Arc<Shared>, stopping: &CancellationToken) -> Result<(), sqlx::Error> {
    let options = shared.pool.connect_options();
    let connect = PgConnection::connect_with(&options);
    let Some(mut session) = stopping.run_until_cancelled(connect).await.transpose()? else { return Ok(()) };
    let pause = Duration::from_millis(CHECK_MS);
    while !take(&mut session).await? {
        if stopping.run_until_cancelled(sleep(pause)).await.is_none() {
            return Ok(());
        }
    }
    tracing::info!("webhooks: this gateway delivers");
    metrics::gauge!("waymark_webhook_is_deliverer").set(1.0);
    let check = async {
        loop {
            sleep(pause).await;
            answer(sqlx::query("SELECT 1").execute(&mut session)).await?;
        }
    };
    tokio::select! {
        () = dispatch::run(shared, stopping) => Ok(()),
        // Dropping the other branch ends all calls.
        lost = check => lost,
    }
}

/// Takes the lock if it is free.
async fn take(session: &mut PgConnection) -> Result<bool, sqlx::Error> {
    answer(sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(session)).await
}

async fn answer<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(Duration::from_millis(ANSWER_MS_MAX), statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
