//! Writes the rows of checked blocks and the cursor of their shard in one database transaction. Invariant: a failure
//! leaves the tables unchanged. The rows depend only on the blocks and the key vault.

use crate::{
    batch::CheckedBlock,
    column::ColumnError,
    event,
    insert::Statement,
    ledger::{self, Cursor},
    open::{Keys, Skipped},
    progress::CHANNEL,
    slice::Rows,
    source::{KeyVault, VaultError},
};
use chain_types::{Digest, Height, ShardId, TimestampMs};
use sqlx::{Connection as _, PgConnection};
use std::sync::Arc;

/// The reason why a batch was not applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    #[error(transparent)]
    Column(#[from] ColumnError),
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
        numbered: true,
    }
}

/// The tables that the session's search path selects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tables {
    /// Those that readers see. A commit is announced to listeners and counted in the metrics.
    Live,
    /// A copy that no reader sees.
    Copy,
}

/// Applies the blocks that follow `cursor` on a chain of `shards` shards and returns the new cursor.
pub(crate) async fn apply(
    connection: &mut PgConnection,
    vault: &dyn KeyVault,
    tables: Tables,
    shards: u16,
    cursor: &Cursor,
    blocks: Arc<[CheckedBlock]>,
) -> Result<Cursor, ApplyError> {
    let cursor = advance(cursor, &blocks);
    let keys = Keys::of(&blocks, connection, vault).await?;
    let next = cursor.clone();
    // Opening and encoding a full batch takes tens of milliseconds, which would block other tasks of this thread.
    let prepared = tokio::task::spawn_blocking(move || prepare(&blocks, &keys, shards, &next)).await;
    let Prepared { statements, events, skipped } = prepared.expect("reading documents does not panic")?;
    let mut transaction = connection.begin().await?;
    for statement in statements {
        statement.execute(&mut transaction).await?;
    }
    if cursor.numbered {
        for statement in events.statements(&mut transaction).await? {
            statement.execute(&mut transaction).await?;
        }
    }
    if tables == Tables::Live {
        notify(&mut transaction, &cursor).await?;
    }
    transaction.commit().await?;
    if tables == Tables::Copy {
        return Ok(cursor);
    }
    let shard = cursor.shard.to_string();
    metrics::counter!("index_height", "shard" => shard.clone()).absolute(cursor.height.0);
    metrics::counter!("index_records_total", "shard" => shard).absolute(cursor.records);
    for (slice, skipped) in skipped {
        skipped.report(slice);
    }
    Ok(cursor)
}

/// Announces a shard's height to listeners in other processes, once the open transaction commits.
pub(crate) async fn notify(connection: &mut PgConnection, cursor: &Cursor) -> Result<(), sqlx::Error> {
    let payload = format!("{}:{}", cursor.shard, cursor.height);
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(connection).await.map(drop)
}

/// A batch that is ready to be written.
struct Prepared {
    statements: Vec<Statement>,
    /// The events, not yet numbered.
    events: event::Rows,
    /// The records without rows or without fields, by slice.
    skipped: Vec<(&'static str, Skipped)>,
}

fn prepare(blocks: &[CheckedBlock], keys: &Keys, shards: u16, cursor: &Cursor) -> Result<Prepared, ColumnError> {
    let rows = Rows::of(blocks, keys, shards);
    let mut statements = ledger::apply::statements(blocks)?;
    statements.extend(rows.statements()?);
    statements.extend(ledger::apply::set_cursor(cursor)?);
    let skipped = rows.skipped();
    Ok(Prepared { statements, events: rows.into_events(), skipped })
}

fn advance(cursor: &Cursor, blocks: &[CheckedBlock]) -> Cursor {
    blocks.iter().fold(cursor.clone(), |cursor, block| Cursor {
        shard: cursor.shard,
        height: block.height(),
        digest: block.digest,
        timestamp_ms: block.block.header.timestamp_ms,
        transactions: cursor.transactions + count(block.transactions.len()),
        records: cursor.records + count(block.records()),
        hand_over: block.hand_over.clone().or(cursor.hand_over),
        numbered: cursor.numbered,
    })
}

fn count(length: usize) -> u64 {
    u64::try_from(length).expect("a length has at most 64 bits")
}
