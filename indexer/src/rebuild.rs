//! Rebuilds the index from block 1, or compares it with a fresh copy.
//!
//! Invariant: readers never see a part of a rebuild. It fills a copy in a schema of its own and puts it in the place of
//! the live tables in one transaction. One session holds every shard's lease, fills the copy and makes the switch; when
//! it ends early, the old tables remain. A comparison never changes the live tables and reads one snapshot of them.

mod compare;
mod copy;
mod stray;
#[cfg(test)]
mod tests;

use crate::{
    apply::{self, Tables},
    follow::{IndexerError, Reader, try_lease},
    ledger::{self, Cursor},
    source::{BlockSource, KeyVault},
};
use chain_types::{Height, ShardId};
use sqlx::{Connection as _, PgConnection};
use std::sync::Arc;

pub use compare::{Comparison, TableComparison};
pub use stray::{Stray, find_stray};

/// The reason why the index could not be rebuilt or compared.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// An indexer holds the lease of a shard.
    #[error("an indexer follows shard {0}; stop it first")]
    Followed(ShardId),
    /// Another rebuild or comparison is running.
    #[error("another rebuild or comparison of this database is running")]
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

/// Applies every block up to the chain's tip at the start to a copy, and then replaces the schema `index` by it. `url`
/// names the owner of the tables, as for [`crate::migrate::migrate`]. Returns the new cursors. Readers see the old
/// tables until the copy is whole. Meanwhile the database holds both, so it needs about twice the space of the index.
/// An interruption leaves the old tables; the copy is dropped at the next start.
///
/// # Errors
/// [`RebuildError`].
pub async fn rebuild(
    url: &str,
    source: &Arc<dyn BlockSource>,
    vault: &Arc<dyn KeyVault>,
) -> Result<Vec<Cursor>, RebuildError> {
    let mut session = copy::owner_session(url).await?;
    let shards: Vec<ShardId> = (0..source.genesis().shards).map(ShardId).collect();
    if !copy::try_lock(&mut session).await? {
        return Err(RebuildError::Comparing);
    }
    for shard in &shards {
        if !try_lease(&mut session, *shard).await? {
            return Err(RebuildError::Followed(*shard));
        }
    }
    copy::drop_leftovers(&mut session).await?;
    copy::create(&mut session).await?;
    copy::enter_copy(&mut session).await?;
    let mut cursors = Vec::with_capacity(shards.len());
    for shard in shards {
        let until = source.tip(shard).await.map_err(IndexerError::from)?;
        cursors.extend(fill(&mut session, source, vault, shard, until).await?);
    }
    copy::leave_copy(&mut session).await?;
    copy::switch(&mut session, &cursors).await?;
    if let Err(error) = copy::drop_leftovers(&mut session).await {
        tracing::warn!(%error, "the replaced tables are still being read; the next start drops them");
    }
    copy::unlock(&mut session).await?;
    session.close().await?;
    Ok(cursors)
}

/// Drops what an interrupted rebuild or comparison left, unless one is running. `url` as for [`rebuild`].
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn drop_leftovers(url: &str) -> Result<(), sqlx::Error> {
    let mut session = copy::owner_session(url).await?;
    if copy::try_lock(&mut session).await? {
        copy::drop_leftovers(&mut session).await?;
        copy::unlock(&mut session).await?;
    }
    session.close().await
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
    // The lock is taken before the snapshot: a rebuild that ended in between would hide its tables from the snapshot.
    let mut rebuilt = copy::owner_session(url).await?;
    if !copy::try_lock(&mut rebuilt).await? {
        return Err(RebuildError::Comparing);
    }
    let mut live = copy::live_snapshot(url).await?;
    let cursors = ledger::cursors(&mut live).await?;
    copy::create(&mut rebuilt).await?;
    copy::enter_copy(&mut rebuilt).await?;
    for cursor in cursors {
        let tip = source.tip(cursor.shard).await.map_err(IndexerError::from)?;
        if tip < cursor.height {
            return Err(RebuildError::BeyondTip { shard: cursor.shard, indexed: cursor.height, tip });
        }
        fill(&mut rebuilt, source, vault, cursor.shard, cursor.height).await?;
    }
    let comparison = compare::compare(&mut live, &mut rebuilt).await?;
    live.close().await?;
    copy::leave_copy(&mut rebuilt).await?;
    copy::drop_leftovers(&mut rebuilt).await?;
    copy::unlock(&mut rebuilt).await?;
    rebuilt.close().await?;
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
        let shards = source.genesis().shards;
        let applied = apply::apply(connection, &**vault, Tables::Copy, shards, &cursor, blocks).await;
        cursor = applied.map_err(IndexerError::from)?;
        tracing::debug!(%shard, height = %cursor.height, %until, "rebuilding the index");
    }
    Ok((until > Height(0)).then_some(cursor))
}
