//! Reading cursors, blocks and transactions. Invariant: names the schema in every statement, so a reader needs no
//! search path.

use crate::{column, tenant};
use chain_types::{Digest, Height, ShardId, TenantId, TimestampMs, TxId, beacon::HandOver, codec};
use sqlx::{PgConnection, postgres::PgRow};
use std::sync::Arc;

/// Up to where a shard is indexed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The shard.
    pub shard: ShardId,
    /// The last applied block.
    pub height: Height,
    /// Its digest.
    pub digest: Digest,
    /// Its time.
    pub timestamp_ms: TimestampMs,
    /// Transactions of all blocks up to it.
    pub transactions: u64,
    /// Records of all blocks up to it.
    pub records: u64,
    /// The epoch that the next block belongs to; `None` for that of the genesis document.
    pub hand_over: Option<Arc<HandOver>>,
}

column::column_types! {
    Arc<HandOver> as Vec<u8>: |next| Ok(codec::encode(&*next)), |sql| Ok(codec::decode("a hand-over", &sql).map(Arc::new)?);
}

/// One applied block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockRow {
    /// The shard.
    pub shard: ShardId,
    /// The height.
    pub height: Height,
    /// When it was proposed.
    pub timestamp_ms: TimestampMs,
    /// The header's digest.
    pub digest: Digest,
    /// How many transactions it holds.
    pub transactions: u32,
    /// How many records it holds.
    pub records: u32,
}

/// Where a transaction stands on the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransactionRow {
    /// The shard.
    pub shard: ShardId,
    /// The block.
    pub height: Height,
    /// The block's time.
    pub timestamp_ms: TimestampMs,
    /// The index of its first record within the block.
    pub first_record: u32,
    /// How many records it has, one per command.
    pub records: u32,
}

/// The cursors of all shards that have one, in order.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn cursors(connection: &mut PgConnection) -> Result<Vec<Cursor>, sqlx::Error> {
    const CURSORS: &str = "SELECT shard, height, digest, timestamp_ms, transactions, records, hand_over
        FROM index.cursor ORDER BY shard";
    sqlx::query(CURSORS).fetch_all(connection).await?.iter().map(read_cursor).collect()
}

/// The cursor of one shard in the schema of the session's search path, which a rebuild points at its copy.
pub(crate) async fn cursor(connection: &mut PgConnection, shard: ShardId) -> Result<Option<Cursor>, sqlx::Error> {
    const CURSOR: &str = "SELECT shard, height, digest, timestamp_ms, transactions, records, hand_over
        FROM cursor WHERE shard = $1";
    let row = sqlx::query(CURSOR).bind(column::stored("shard", shard)?).fetch_optional(connection).await?;
    row.as_ref().map(read_cursor).transpose()
}

fn read_cursor(row: &PgRow) -> Result<Cursor, sqlx::Error> {
    Ok(Cursor {
        shard: column::get(row, "shard")?,
        height: column::get(row, "height")?,
        digest: column::get(row, "digest")?,
        timestamp_ms: column::get(row, "timestamp_ms")?,
        transactions: column::get(row, "transactions")?,
        records: column::get(row, "records")?,
        hand_over: column::get(row, "hand_over")?,
    })
}

/// The newest blocks of a shard, newest first.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn recent_blocks(
    connection: &mut PgConnection,
    shard: ShardId,
    limit: u32,
) -> Result<Vec<BlockRow>, sqlx::Error> {
    const RECENT: &str = "SELECT shard, height, timestamp_ms, digest, transactions, records
        FROM index.block WHERE shard = $1 ORDER BY height DESC LIMIT $2";
    let rows =
        sqlx::query(RECENT).bind(column::stored("shard", shard)?).bind(i64::from(limit)).fetch_all(connection).await?;
    let read = |row: &PgRow| {
        Ok(BlockRow {
            shard: column::get(row, "shard")?,
            height: column::get(row, "height")?,
            timestamp_ms: column::get(row, "timestamp_ms")?,
            digest: column::get(row, "digest")?,
            transactions: column::get(row, "transactions")?,
            records: column::get(row, "records")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Finds a tenant's transaction; on the lowest shard, should it stand on several.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_transaction(
    connection: &mut PgConnection,
    tenant: TenantId,
    tx_id: TxId,
) -> Result<Option<TransactionRow>, sqlx::Error> {
    const FIND: &str = "SELECT t.shard, t.height, b.timestamp_ms, t.first_record, t.records
        FROM index.transaction t JOIN index.block b ON b.shard = t.shard AND b.height = t.height
        WHERE t.tenant_id = $1 AND t.tx_id = $2 ORDER BY t.shard LIMIT 1";
    let find = sqlx::query(FIND).bind(tenant::uuid(tenant)).bind(tx_id.0.as_bytes().as_slice());
    let row = find.fetch_optional(connection).await?;
    let read = |row: &PgRow| {
        Ok(TransactionRow {
            shard: column::get(row, "shard")?,
            height: column::get(row, "height")?,
            timestamp_ms: column::get(row, "timestamp_ms")?,
            first_record: column::get(row, "first_record")?,
            records: column::get(row, "records")?,
        })
    };
    row.as_ref().map(read).transpose()
}
