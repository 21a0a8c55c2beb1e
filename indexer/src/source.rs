//! The two things that the indexer is handed: where final blocks come from, and the keys that open their bodies.
//! Invariant: it asks for nothing else, so it does not know a node, a gateway or a vault's tables.

use chain_seal::TransactionKey;
use chain_types::{FinalBlock, Genesis, Height, ShardId, TenantId, TxId};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::{error::Error, sync::Arc};

/// Why blocks cannot be had at the moment; the indexer tries again.
#[derive(Debug, thiserror::Error)]
#[error("blocks cannot be read")]
pub struct SourceError(#[source] pub Box<dyn Error + Send + Sync>);

/// Why keys cannot be had at the moment; the indexer tries again.
#[derive(Debug, thiserror::Error)]
#[error("keys cannot be read")]
pub struct VaultError(#[source] pub Box<dyn Error + Send + Sync>);

/// Final blocks, shard by shard. They are checked again by whoever asked.
pub trait BlockSource: Send + Sync {
    /// What the chain starts from, and what its blocks are checked against.
    fn genesis(&self) -> &Genesis;

    /// The height of the newest final block of a shard known now; 0 when there is none.
    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>>;

    /// Final blocks from `from` on, in order and without gaps, at least one and at most `max`. Waits for the first; the
    /// future may be dropped at any time. An empty list says that the source is shutting down.
    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>>;
}

/// The keys of sealed bodies.
pub trait KeyVault: Send + Sync {
    /// The key of each wanted transaction, in the same order; `None` for one that was deleted, which erases its
    /// records. `connection` is the indexer's own: role `waymark_indexer`, not inside a transaction, and with a search
    /// path that is none of the vault's business: its statements name their schema.
    fn transaction_keys<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        wanted: &'a [(TenantId, TxId)],
    ) -> BoxFuture<'a, Result<Vec<Option<TransactionKey>>, VaultError>>;
}
