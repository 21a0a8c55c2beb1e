//! The report of an indexer: how far the index is behind the ledger. Invariant: it reads the committed cursors, so an
//! indexer that waits for another one to end reports the same as that one.

use crate::health::Report;
use chain_types::ShardId;
use futures::future::BoxFuture;
use gateway::config::INDEX_LAG_BLOCKS_MAX;
use indexer::{ledger, source::BlockSource};
use metrics::gauge;
use sqlx::PgPool;
use std::sync::Arc;

/// What is reported about an indexer.
pub struct IndexReport {
    pub pool: PgPool,
    pub source: Arc<dyn BlockSource>,
}

impl IndexReport {
    /// The indexed height of each shard that has any.
    async fn indexed(&self) -> Result<Vec<(ShardId, u64)>, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let cursors = ledger::cursors(&mut connection).await?;
        Ok(cursors.into_iter().map(|cursor| (cursor.shard, cursor.height.0)).collect())
    }

    async fn missing(&self) -> Vec<String> {
        let indexed = match self.indexed().await {
            Ok(indexed) => indexed,
            Err(error) => return vec![format!("the database does not answer: {error}")],
        };
        let mut missing = Vec::new();
        for shard in (0..self.source.genesis().shards).map(ShardId) {
            let height = indexed.iter().find(|(of, _)| *of == shard).map_or(0, |(_, height)| *height);
            let Ok(tip) = self.source.tip(shard).await else {
                return vec!["the gateway does not answer".to_owned()];
            };
            let lag = tip.0.saturating_sub(height);
            #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats; heights stay below 2^53")]
            gauge!("waymark_index_lag_blocks", "shard" => shard.to_string()).set(lag as f64);
            if lag > INDEX_LAG_BLOCKS_MAX {
                missing.push(format!("the index of shard {shard} is {lag} blocks behind"));
            }
        }
        missing
    }
}

impl Report for IndexReport {
    fn take(&self) -> BoxFuture<'_, Vec<String>> {
        Box::pin(self.missing())
    }
}
