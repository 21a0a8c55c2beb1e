//! Applying checked blocks: the rows of every slice and the cursor, in one commit. Invariant: after any failure the
//! tables are as before, and what is applied depends on the blocks and the key vault alone.

use crate::{
    batch::CheckedBlock,
    ledger::{self, Cursor},
    progress::CHANNEL,
    provenance,
    source::{KeyVault, VaultError},
};
use chain_types::{Digest, Height, ShardId, TimestampMs};
use sqlx::{Connection as _, PgConnection};
use std::sync::Arc;

/// Why a batch was not applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The cursor before a shard's first block.
pub(crate) fn start(shard: ShardId, first_parent: Digest) -> Cursor {
    let timestamp_ms = TimestampMs(0);
    Cursor {
        shard,
        height: Height(0),
        digest: first_parent,
        timestamp_ms,
        transactions: 0,
        records: 0,
        hand_over: None,
    }
}

/// Applies blocks that follow `cursor` and returns the new cursor. The session's search path says where to.
pub(crate) async fn apply(
    connection: &mut PgConnection,
    vault: &dyn KeyVault,
    cursor: &Cursor,
    blocks: Arc<[CheckedBlock]>,
) -> Result<Cursor, ApplyError> {
    let cursor = advance(cursor, &blocks);
    let prepared = prepare(connection, vault, Arc::clone(&blocks)).await?;
    let mut transaction = connection.begin().await?;
    ledger::apply::insert_blocks(&mut transaction, &blocks).await?;
    provenance::apply::insert(&mut transaction, &prepared).await?;
    ledger::apply::set_cursor(&mut transaction, &cursor).await?;
    let payload = format!("{}:{}", cursor.shard, cursor.height);
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(&mut *transaction).await?;
    transaction.commit().await?;
    let shard = cursor.shard.to_string();
    metrics::counter!("index_height", "shard" => shard.clone()).absolute(cursor.height.0);
    metrics::counter!("index_records_total", "shard" => shard).absolute(cursor.records);
    metrics::counter!("index_provenance_erased_total").increment(prepared.erased);
    metrics::counter!("index_provenance_unreadable_total").increment(prepared.unreadable);
    Ok(cursor)
}

async fn prepare(
    connection: &mut PgConnection,
    vault: &dyn KeyVault,
    blocks: Arc<[CheckedBlock]>,
) -> Result<provenance::apply::Prepared, ApplyError> {
    let wanted = provenance::apply::wanted_keys(&blocks);
    let keys = if wanted.is_empty() { Vec::new() } else { vault.transaction_keys(connection, &wanted).await? };
    assert_eq!(keys.len(), wanted.len(), "a vault answers for each transaction it is asked for");
    let keys = wanted.into_iter().zip(keys).collect();
    // Opening a full batch takes tens of milliseconds, too long for a thread that also serves requests.
    let prepared = tokio::task::spawn_blocking(move || provenance::apply::prepare(&blocks, &keys)).await;
    Ok(prepared.expect("reading documents does not panic"))
}

fn advance(cursor: &Cursor, blocks: &[CheckedBlock]) -> Cursor {
    blocks.iter().fold(cursor.clone(), |cursor, block| Cursor {
        shard: cursor.shard,
        height: block.height(),
        digest: block.digest,
        timestamp_ms: block.block.header.timestamp_ms,
        transactions: cursor.transactions + u64::try_from(block.block.block.transactions.len()).unwrap_or(0),
        records: cursor.records + u64::try_from(block.records()).unwrap_or(0),
        hand_over: block.block.hand_over().map(|next| Arc::new(next.clone())).or(cursor.hand_over),
    })
}
