//! Follows one shard: takes the lease, checks the cursor against the chain, and applies blocks. Invariant: a height is
//! announced only after its commit. One session holds the lease and writes the rows.

use super::{IndexerError, Reader};
use crate::{
    apply::{self, Tables},
    ledger::{self, Cursor},
    progress::IndexProgress,
    source::{BlockSource, KeyVault},
};
use chain_types::{Height, ShardId};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};

/// The interval between attempts to take a shard's lease, in milliseconds.
pub const LEASE_INTERVAL_MS: u64 = 500;
/// The delay after the first of several consecutive failures, in milliseconds.
pub const RETRY_INTERVAL_MS_MIN: u64 = 50;
/// The maximum delay between retries, in milliseconds.
pub const RETRY_INTERVAL_MS_MAX: u64 = 5_000;

/// The first key of the advisory locks that serve as leases; the second key is the shard.
const LEASE: i32 = 0x5741_594d;

/// The state of a shard's task.
pub(super) struct Follower {
    pub(super) shard: ShardId,
    pub(super) pool: PgPool,
    pub(super) source: Arc<dyn BlockSource>,
    pub(super) vault: Arc<dyn KeyVault>,
    pub(super) progress: IndexProgress,
    pub(super) stopping: watch::Receiver<bool>,
}

impl Follower {
    /// Follows until told to stop, or until a failure that a retry cannot solve.
    pub(super) async fn run(mut self) -> Result<(), IndexerError> {
        let mut interval_ms = RETRY_INTERVAL_MS_MIN;
        let mut stopping = self.stopping.clone();
        loop {
            let before = *self.progress.indexed(self.shard).borrow();
            let error = match self.follow().await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_transient() => error,
                Err(error) => return Err(error),
            };
            if *self.progress.indexed(self.shard).borrow() > before {
                interval_ms = RETRY_INTERVAL_MS_MIN;
            }
            let shard = self.shard;
            tracing::warn!(%shard, error = &error as &dyn std::error::Error, "indexing failed; will retry");
            tokio::select! {
                () = sleep(Duration::from_millis(interval_ms)) => {}
                _ = stopping.wait_for(|is_stopping| *is_stopping) => return Ok(()),
            }
            interval_ms = (interval_ms * 2).min(RETRY_INTERVAL_MS_MAX);
        }
    }

    async fn follow(&mut self) -> Result<(), IndexerError> {
        let mut stopping = self.stopping.clone();
        let Some(mut connection) = self.take_lease(&mut stopping).await? else { return Ok(()) };
        let mut cursor = checked_cursor(&mut connection, &*self.source, self.shard).await?;
        self.progress.announce(self.shard, cursor.height);
        let mut reader = Reader::after(Arc::clone(&self.source), &cursor);
        loop {
            let blocks = tokio::select! {
                biased;
                _ = stopping.wait_for(|is_stopping| *is_stopping) => break,
                blocks = reader.next(Height(u64::MAX)) => blocks?,
            };
            if blocks.is_empty() {
                break;
            }
            let shards = self.source.genesis().shards;
            cursor = apply::apply(&mut connection, &*self.vault, Tables::Live, shards, &cursor, blocks).await?;
            self.progress.announce(self.shard, cursor.height);
        }
        // Closing the session releases the lease.
        Ok(connection.close().await?)
    }

    /// Returns a session that holds the shard's lease; `None` when told to stop. While it waits, it announces the
    /// progress of the holder.
    async fn take_lease(&self, stopping: &mut watch::Receiver<bool>) -> Result<Option<PgConnection>, IndexerError> {
        let mut connection = self.pool.acquire().await?.detach();
        loop {
            if try_lease(&mut connection, self.shard).await? {
                return Ok(Some(connection));
            }
            if let Some(cursor) = ledger::query::cursor(&mut connection, self.shard).await? {
                self.progress.announce(self.shard, cursor.height);
            }
            tokio::select! {
                () = sleep(Duration::from_millis(LEASE_INTERVAL_MS)) => {}
                _ = stopping.wait_for(|is_stopping| *is_stopping) => return Ok(None),
            }
        }
    }
}

/// Takes the lease of a shard for this session, if it is free.
pub(crate) async fn try_lease(connection: &mut PgConnection, shard: ShardId) -> Result<bool, sqlx::Error> {
    let lease = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)");
    lease.bind(LEASE).bind(i32::from(shard.0)).fetch_one(connection).await
}

/// Returns the shard's cursor after checking that it is on the chain.
async fn checked_cursor(
    connection: &mut PgConnection,
    source: &dyn BlockSource,
    shard: ShardId,
) -> Result<Cursor, IndexerError> {
    let Some(cursor) = ledger::query::cursor(connection, shard).await? else {
        return Ok(apply::start(shard, source.genesis().first_parent(shard)));
    };
    let not_on_chain = IndexerError::NotOnChain { shard, height: cursor.height, indexed: cursor.digest };
    // A request for a block that does not exist would wait for it.
    if source.tip(shard).await? < cursor.height {
        return Err(not_on_chain);
    }
    let block = source.blocks(shard, cursor.height, 1).await?;
    match block.first() {
        Some(block) if block.header.digest() == cursor.digest => Ok(cursor),
        Some(_) => Err(not_on_chain),
        // The source is shutting down. The follower will notice that in the same way.
        None => Ok(cursor),
    }
}
