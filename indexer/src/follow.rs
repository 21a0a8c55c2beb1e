//! The follower: applies final blocks from a source, with one task per shard.
//!
//! Invariant: only the holder of a shard's lease (an advisory lock) writes the shard. Every block is checked against
//! the genesis document, its parent and its epoch's validators before it is applied. An invalid block stops its shard;
//! a lost connection is retried.

mod reader;
mod shard;
#[cfg(test)]
mod tests;

use crate::{
    apply::ApplyError,
    progress::IndexProgress,
    source::{BlockSource, KeyVault, SourceError, VaultError},
};
use chain_types::{Digest, Height, ShardId, block::FollowError};
use shard::Follower;
use sqlx::PgPool;
use std::sync::Arc;
use tokio::{sync::watch, task::JoinSet};

pub use crate::column::ColumnError;
pub(crate) use reader::Reader;
pub use reader::{BLOCKS_PER_FETCH_MAX, BYTES_PER_FETCH_MAX};
pub(crate) use shard::try_lease;
pub use shard::{LEASE_INTERVAL_MS, RETRY_INTERVAL_MS_MAX, RETRY_INTERVAL_MS_MIN};

/// The shards to follow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IndexerConfig {
    /// `None` for all shards of the chain.
    pub shards: Option<Vec<ShardId>>,
}

/// The reason why a shard cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum IndexerError {
    /// The index was built from another chain, or from a state of this chain that never became final.
    #[error(
        "the index holds block {height} of shard {shard} as {indexed}, which is not on this chain; stop the indexer \
         and run `waymark indexer rebuild`"
    )]
    NotOnChain { shard: ShardId, height: Height, indexed: Digest },
    /// The source returned a block that does not continue the chain.
    #[error("the source of blocks returned an invalid block")]
    Block(#[from] FollowError),
    /// The chain contains a value that does not fit a column.
    #[error("the index cannot hold a value of the chain")]
    Column(#[from] ColumnError),
    /// A database error.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The source cannot provide blocks.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The vault cannot provide keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl IndexerError {
    /// Whether a retry may succeed.
    const fn is_transient(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Source(_) | Self::Vault(_))
    }
}

impl From<ApplyError> for IndexerError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Column(error) => Self::Column(error),
            ApplyError::Database(error) => Self::Database(error),
            ApplyError::Vault(error) => Self::Vault(error),
        }
    }
}

/// Starts followers.
#[derive(Clone, Copy, Debug)]
pub struct Indexer;

impl Indexer {
    /// Follows a chain into the schema `index` of `pool`, which [`crate::pool::indexer_pool`] created. Needs a Tokio
    /// runtime. Several processes may follow one chain into one database: one of them writes each shard, and another
    /// takes over when it ends.
    pub fn start(
        config: IndexerConfig,
        pool: &PgPool,
        source: &Arc<dyn BlockSource>,
        vault: &Arc<dyn KeyVault>,
    ) -> IndexerHandle {
        let count = source.genesis().shards;
        let progress = IndexProgress::new(count);
        let (stop, stopping) = watch::channel(false);
        let failure = watch::Sender::new(None);
        let mut tasks = JoinSet::new();
        for shard in config.shards.unwrap_or_else(|| (0..count).map(ShardId).collect()) {
            let follower = Follower {
                shard,
                pool: pool.clone(),
                source: Arc::clone(source),
                vault: Arc::clone(vault),
                progress: progress.clone(),
                stopping: stopping.clone(),
            };
            let failure = failure.clone();
            tasks.spawn(async move {
                if let Err(error) = follower.run().await {
                    tracing::error!(%shard, error = &error as &dyn std::error::Error, "a shard is no longer indexed");
                    failure.send_if_modified(|first| {
                        let is_first = first.is_none();
                        if is_first {
                            *first = Some(Arc::new(error));
                        }
                        is_first
                    });
                }
            });
        }
        IndexerHandle { progress, stop, failure: failure.subscribe(), tasks }
    }
}

/// A running indexer. Dropping it ends its tasks at their next wait.
#[derive(Debug)]
pub struct IndexerHandle {
    progress: IndexProgress,
    stop: watch::Sender<bool>,
    failure: watch::Receiver<Option<Arc<IndexerError>>>,
    tasks: JoinSet<()>,
}

impl IndexerHandle {
    /// The progress of the index.
    pub fn progress(&self) -> IndexProgress {
        self.progress.clone()
    }

    /// Waits until a shard can no longer be followed, and returns the reason. Never resolves otherwise.
    pub async fn failed(&self) -> Arc<IndexerError> {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await.map(|failure| failure.clone()) {
            Ok(Some(error)) => error,
            _ => std::future::pending().await,
        }
    }

    /// Ends every task after its current commit.
    ///
    /// # Errors
    /// The first error that stopped a shard before, if any.
    pub async fn stop(mut self) -> Result<(), Arc<IndexerError>> {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        let failure = self.failure.borrow().clone();
        failure.map_or(Ok(()), Err)
    }
}
