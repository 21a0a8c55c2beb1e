//! Reads cursors, blocks and transactions from the index. Invariant: the functions only read. Only [`cursor`] relies on
//! the session's search path; all other statements name the schema.

use crate::{column, tenant};
use chain_types::{Digest, Height, ShardId, TenantId, TimestampMs, TxId, beacon::HandOver, codec};
use sqlx::{AssertSqlSafe, PgConnection};
use std::sync::Arc;

/// The position up to which a shard is indexed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    pub shard: ShardId,
    /// The last applied block.
    pub height: Height,
    /// Its digest.
    pub digest: Digest,
    /// Its time.
    pub timestamp_ms: TimestampMs,
    /// The number of transactions in all blocks up to it.
    pub transactions: u64,
    /// The number of records in all blocks up to it.
    pub records: u64,
    /// The hand-over to the epoch of the next block; `None` in the genesis epoch.
    pub hand_over: Option<Arc<HandOver>>,
    /// Whether the events of all blocks up to it are numbered. An index of an earlier version has none until a rebuild.
    pub numbered: bool,
}

column::readable!(Cursor { shard, height, digest, timestamp_ms, transactions, records, hand_over, numbered });

column::column_types! {
    Arc<HandOver> as Vec<u8>:
        |next| Ok(codec::encode(&*next)), |sql| Ok(codec::decode("a hand-over", &sql).map(Arc::new)?);
}

/// An applied block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockRow {
    pub shard: ShardId,
    pub height: Height,
    /// The time of its proposal.
    pub timestamp_ms: TimestampMs,
    /// The header's digest.
    pub digest: Digest,
    /// The number of its transactions.
    pub transactions: u32,
    /// The number of its records.
    pub records: u32,
}

column::readable!(BlockRow { shard, height, timestamp_ms, digest, transactions, records });

/// The position of a transaction on the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransactionRow {
    pub shard: ShardId,
    pub height: Height,
    /// The block's time.
    pub timestamp_ms: TimestampMs,
    /// The index of its first record within the block.
    pub first_record: u32,
    /// The number of its records, one per command.
    pub records: u32,
}

column::readable!(TransactionRow {
    shard = "t.shard",
    height = "t.height",
    timestamp_ms,
    first_record,
    records = "t.records",
});

/// Returns the cursors of all shards that have one, in order.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn cursors(connection: &mut PgConnection) -> Result<Vec<Cursor>, sqlx::Error> {
    let statement = format!("SELECT {} FROM index.cursor ORDER BY shard", Cursor::COLUMNS);
    let found = sqlx::query(AssertSqlSafe(statement)).fetch_all(connection).await?;
    found.iter().map(Cursor::read).collect()
}

/// Returns the height up to which a shard is indexed; 0 without blocks.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn indexed_height(connection: &mut PgConnection, shard: ShardId) -> Result<Height, sqlx::Error> {
    let find = sqlx::query_scalar("SELECT height FROM index.cursor WHERE shard = $1");
    let height: Option<i64> = find.bind(column::stored("shard", shard)?).fetch_optional(connection).await?;
    Ok(Height(height.unwrap_or_default().unsigned_abs()))
}

/// Returns the cursor of a shard in the schema of the session's search path, which a rebuild points to its copy.
pub(crate) async fn cursor(connection: &mut PgConnection, shard: ShardId) -> Result<Option<Cursor>, sqlx::Error> {
    let statement = format!("SELECT {} FROM cursor WHERE shard = $1", Cursor::COLUMNS);
    let find = sqlx::query(AssertSqlSafe(statement)).bind(column::stored("shard", shard)?);
    find.fetch_optional(connection).await?.as_ref().map(Cursor::read).transpose()
}

/// Returns the newest blocks of a shard, newest first.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn recent_blocks(
    connection: &mut PgConnection,
    shard: ShardId,
    limit: u32,
) -> Result<Vec<BlockRow>, sqlx::Error> {
    let columns = BlockRow::COLUMNS;
    let statement = format!("SELECT {columns} FROM index.block WHERE shard = $1 ORDER BY height DESC LIMIT $2");
    let find = sqlx::query(AssertSqlSafe(statement)).bind(column::stored("shard", shard)?).bind(i64::from(limit));
    find.fetch_all(connection).await?.iter().map(BlockRow::read).collect()
}

/// Finds a tenant's transaction; on the lowest shard if it is on several.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_transaction(
    connection: &mut PgConnection,
    tenant: TenantId,
    tx_id: TxId,
) -> Result<Option<TransactionRow>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.transaction t JOIN index.block b ON b.shard = t.shard AND b.height = t.height
         WHERE t.tenant_id = $1 AND t.tx_id = $2 ORDER BY t.shard LIMIT 1",
        TransactionRow::COLUMNS
    );
    let find = sqlx::query(AssertSqlSafe(statement)).bind(tenant::uuid(tenant)).bind(tx_id.0.as_bytes().as_slice());
    find.fetch_optional(connection).await?.as_ref().map(TransactionRow::read).transpose()
}
