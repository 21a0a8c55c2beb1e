//! The two inputs of the indexer: a source of final blocks and a vault of their bodies' keys. Invariant: the indexer
//! reaches the ledger and the keys only through these traits.

use chain_seal::{SubjectKey, TransactionKey};
use chain_types::{FinalBlock, Genesis, Height, ShardId, TenantId, TxId};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::{error::Error, sync::Arc};

/// A transient failure to provide blocks; the indexer retries.
#[derive(Debug, thiserror::Error)]
#[error("blocks cannot be read")]
pub struct SourceError(#[source] pub Box<dyn Error + Send + Sync>);

/// A transient failure to provide keys; the indexer retries.
#[derive(Debug, thiserror::Error)]
#[error("keys cannot be read")]
pub struct VaultError(#[source] pub Box<dyn Error + Send + Sync>);

/// A source of final blocks by shard. The receiver checks them again.
pub trait BlockSource: Send + Sync {
    /// The genesis document, against which the blocks are checked.
    fn genesis(&self) -> &Genesis;

    /// The height of the newest known final block of a shard; 0 without blocks.
    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>>;

    /// Returns final blocks from height `from`, in order and without gaps, at least one and at most `max`. Waits for
    /// the first; the future may be dropped at any time. An empty list means that the source is shutting down.
    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>>;
}

/// The keys of sealed bodies.
pub trait KeyVault: Send + Sync {
    /// Returns the key of each wanted transaction, in the same order; `None` for a deleted key, which erases the
    /// transaction's records. `connection` belongs to the indexer: role `waymark_indexer`, outside a transaction, with
    /// an unspecified search path, so the vault's statements name their schema.
    fn transaction_keys<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        wanted: &'a [(TenantId, TxId)],
    ) -> BoxFuture<'a, Result<Vec<Option<TransactionKey>>, VaultError>>;

    /// Returns the key of each wanted tenant that blinds its subjects, in the same order; `None` for a tenant that is
    /// not of this vault. `connection` as in [`Self::transaction_keys`].
    fn subject_keys<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        wanted: &'a [TenantId],
    ) -> BoxFuture<'a, Result<Vec<Option<SubjectKey>>, VaultError>>;
}
