//! Rebuilds the index from block 1, or compares it with a fresh copy.
//!
//! Invariant: a comparison never changes the live tables and reads one snapshot of them. A rebuild takes every shard's
//! lease before it empties the tables. The rebuild releases a lease when its shard is complete.

mod compare;
mod copy;
#[cfg(test)]
mod tests;

use crate::{
    apply,
    follow::{IndexerError, Reader, try_lease},
    ledger::{self, Cursor},
    pool::indexer_pool,
    source::{BlockSource, KeyVault},
};
use chain_types::{Height, ShardId};
use sqlx::{Connection as _, PgConnection};
use std::sync::Arc;

pub use compare::{Comparison, TableComparison};

/// The reason why the index could not be rebuilt or compared.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// An indexer holds the lease of a shard.
    #[error("an indexer follows shard {0}; stop it first")]
    Followed(ShardId),
    /// Another comparison is running.
    #[error("another comparison of this database is running")]
    Comparing,
    /// The chain has fewer blocks than the index.
    #[error("the index holds block {indexed} of shard {shard}, but the chain ends at {tip}; rebuild the index")]
    BeyondTip {
        shard: ShardId,
        /// The cursor's height.
        indexed: Height,
        /// The height of the chain.
        tip: Height,
    },
    /// The source of blocks is shutting down.
    #[error("the source of blocks ended before the index was whole")]
    Interrupted,
    /// Blocks could not be fetched or applied.
    #[error(transparent)]
    Index(#[from] IndexerError),
}

impl From<sqlx::Error> for RebuildError {
    fn from(error: sqlx::Error) -> Self {
        Self::Index(error.into())
    }
}

/// Empties the schema `index` and applies every block up to the chain's tip at the start. `url` names the owner of the
/// tables, as for [`crate::migrate::migrate`]. Returns the new cursors. Readers see the index grow; after an
/// interruption the next follower of the chain continues it.
///
/// # Errors
/// [`RebuildError`].
pub async fn rebuild(
    url: &str,
    source: &Arc<dyn BlockSource>,
    vault: &Arc<dyn KeyVault>,
) -> Result<Vec<Cursor>, RebuildError> {
    let pool = indexer_pool(url).await?;
    let shards: Vec<ShardId> = (0..source.genesis().shards).map(ShardId).collect();
    let mut leases = Vec::with_capacity(shards.len());
    for shard in &shards {
        let mut connection = pool.acquire().await?.detach();
        if !try_lease(&mut connection, *shard).await? {
            return Err(RebuildError::Followed(*shard));
        }
        leases.push(connection);
    }
    copy::truncate_live(url).await?;
    let mut cursors = Vec::with_capacity(shards.len());
    for (shard, mut connection) in shards.into_iter().zip(leases) {
        let until = source.tip(shard).await.map_err(IndexerError::from)?;
        cursors.extend(fill(&mut connection, source, vault, shard, until).await?);
        connection.close().await?;
    }
    Ok(cursors)
}

/// Compares a snapshot of the live tables with a copy made from the chain in a separate schema, which is dropped
/// afterwards. An indexer may run meanwhile. `url` as for [`rebuild`].
///
/// # Errors
/// [`RebuildError`]; a difference is not an error, it is in the [`Comparison`].
pub async fn compare(
    url: &str,
    source: &Arc<dyn BlockSource>,
    vault: &Arc<dyn KeyVault>,
) -> Result<Comparison, RebuildError> {
    let mut live = copy::live_snapshot(url).await?;
    let cursors = ledger::cursors(&mut live).await?;
    // Held until the copy is dropped; the end of the session releases it after a failure.
    if !copy::try_lock(&mut live).await? {
        return Err(RebuildError::Comparing);
    }
    copy::create(url).await?;
    let mut rebuilt = copy::copy_session(url).await?;
    for cursor in cursors {
        let tip = source.tip(cursor.shard).await.map_err(IndexerError::from)?;
        if tip < cursor.height {
            return Err(RebuildError::BeyondTip { shard: cursor.shard, indexed: cursor.height, tip });
        }
        fill(&mut rebuilt, source, vault, cursor.shard, cursor.height).await?;
    }
    let comparison = compare::compare(&mut live, &mut rebuilt).await?;
    rebuilt.close().await?;
    copy::drop_copy(url).await?;
    copy::unlock(&mut live).await?;
    live.close().await?;
    Ok(comparison)
}

/// Applies a shard's blocks from the first to `until`; returns `None` when there are none to apply.
async fn fill(
    connection: &mut PgConnection,
    source: &Arc<dyn BlockSource>,
    vault: &Arc<dyn KeyVault>,
    shard: ShardId,
    until: Height,
) -> Result<Option<Cursor>, RebuildError> {
    let mut cursor = apply::start(shard, source.genesis().first_parent(shard));
    let mut reader = Reader::after(Arc::clone(source), &cursor);
    while cursor.height < until {
        let blocks = reader.next(until).await?;
        if blocks.is_empty() {
            return Err(RebuildError::Interrupted);
        }
        cursor = apply::apply(connection, &**vault, &cursor, blocks).await.map_err(IndexerError::from)?;
        tracing::debug!(%shard, height = %cursor.height, %until, "rebuilding the index");
    }
    Ok((until > Height(0)).then_some(cursor))
}
