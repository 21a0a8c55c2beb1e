//! Follows the progress of an indexer in another process by notifications and by polling. Invariant: every height comes
//! from a committed cursor. The listener writes nothing to the database.

use super::{IndexProgress, raise, senders};
use crate::ledger;
use chain_types::{Height, ShardId};
use sqlx::{PgPool, postgres::PgListener};
use std::time::Duration;
use tokio::{sync::watch, time::MissedTickBehavior};

/// The channel that a commit of the indexer notifies; the payload is `shard:height`.
pub(crate) const CHANNEL: &str = "waymark_index";

/// The interval between reads of the cursors without a notification, in milliseconds.
pub const POLL_INTERVAL_MS: u64 = 500;

impl IndexProgress {
    /// Follows the cursors that another process commits to the same database. Needs a Tokio runtime; uses one
    /// connection of `pool`, and reconnects as long as a handle lives.
    ///
    /// # Errors
    /// When the first read of the cursors fails.
    pub async fn listen(pool: PgPool, shards: u16) -> Result<Self, sqlx::Error> {
        let senders = senders(shards);
        poll(&pool, &senders).await?;
        let task = tokio::spawn(follow(pool, senders.clone()));
        Ok(Self::with(senders, Some(task.abort_handle())))
    }
}

async fn follow(pool: PgPool, senders: Vec<watch::Sender<Height>>) {
    let mut tick = tokio::time::interval(Duration::from_millis(POLL_INTERVAL_MS));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut listener = None;
    while !pool.is_closed() {
        if listener.is_none() {
            listener = subscribe(&pool).await.ok();
        }
        tokio::select! {
            received = receive(&mut listener) => match received {
                Some((shard, height)) => {
                    if let Some(sender) = senders.get(usize::from(shard.0)) {
                        raise(sender, height);
                    }
                }
                None => listener = None,
            },
            _ = tick.tick() => {
                if let Err(error) = poll(&pool, &senders).await {
                    tracing::debug!(%error, "cannot read the index's cursors; will retry");
                }
            }
        }
    }
}

async fn subscribe(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Returns the next notification; `None` when the connection is lost or the payload is invalid. Never resolves without
/// a listener, so that only the poll remains.
async fn receive(listener: &mut Option<PgListener>) -> Option<(ShardId, Height)> {
    let Some(listener) = listener else { return std::future::pending().await };
    let notification = listener.recv().await.ok()?;
    let (shard, height) = notification.payload().split_once(':')?;
    Some((ShardId(shard.parse().ok()?), Height(height.parse().ok()?)))
}

async fn poll(pool: &PgPool, senders: &[watch::Sender<Height>]) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    for cursor in ledger::cursors(&mut connection).await? {
        if let Some(sender) = senders.get(usize::from(cursor.shard.0)) {
            raise(sender, cursor.height);
        }
    }
    Ok(())
}
