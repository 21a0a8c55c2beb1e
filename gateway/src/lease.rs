//! Work that one process of a database does at a time. Invariant: the work runs only while the process has the lease,
//! a lock of a database session of its own. When the session ends, the work is dropped, and another process takes it.

use sqlx::{Connection as _, PgConnection, PgPool};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How often a process without the lease tries to take it, and one with it checks its session, in milliseconds.
const CHECK_MS: u64 = 1_000;
/// The time in milliseconds in which the database must answer, or the lease counts as lost.
const ANSWER_MS_MAX: u64 = 3_000;

/// Does `work` whenever this process has the lease `name`, until `stopping`. After `stopping` it waits for the work,
/// which must end on its own then.
///
/// The gauge `waymark_lease_is_held` shows which process has it.
pub(crate) async fn hold<F>(name: &'static str, pool: &PgPool, stopping: &CancellationToken, work: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    while !stopping.is_cancelled() {
        if let Err(error) = hold_once(name, pool, stopping, &work).await {
            tracing::warn!(lease = name, %error, "the session with the lease ended");
        }
        metrics::gauge!("waymark_lease_is_held", "lease" => name).set(0.0);
        stopping.run_until_cancelled(sleep(Duration::from_millis(CHECK_MS))).await;
    }
}

/// Takes the lease once. Ends without an error only after `stopping`.
async fn hold_once<F>(
    name: &'static str,
    pool: &PgPool,
    stopping: &CancellationToken,
    work: impl FnOnce() -> F,
) -> Result<(), sqlx::Error>
where
    F: Future<Output = ()>,
{
    let options = pool.connect_options();
    let connect = PgConnection::connect_with(&options);
    let Some(mut session) = stopping.run_until_cancelled(connect).await.transpose()? else { return Ok(()) };
    let pause = Duration::from_millis(CHECK_MS);
    while !take(&mut session, name).await? {
        if stopping.run_until_cancelled(sleep(pause)).await.is_none() {
            return Ok(());
        }
    }
    tracing::info!(lease = name, "this process has the lease");
    metrics::gauge!("waymark_lease_is_held", "lease" => name).set(1.0);
    let check = async {
        loop {
            sleep(pause).await;
            answer(session.ping()).await?;
        }
    };
    tokio::select! {
        () = work() => Ok(()),
        lost = check => lost,
    }
}

/// Takes the lease if it is free.
async fn take(session: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended('waymark ' || $1, 0))");
    answer(taken.bind(name).fetch_one(session)).await
}

async fn answer<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(Duration::from_millis(ANSWER_MS_MAX), statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

#[cfg(test)]
mod tests;
