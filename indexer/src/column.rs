//! Columns: between Postgres's signed numbers and the ledger's words. Invariant: a value that does not fit is an error
//! when read, since only somebody else than the indexer can have written it.

use chain_types::{Digest, Height, ShardId, TimestampMs};
use sqlx::{Row as _, postgres::PgRow};

/// A shard as `smallint`; a chain has at most 64.
pub(crate) fn small(shard: ShardId) -> i16 {
    i16::try_from(shard.0).unwrap_or(i16::MAX)
}

/// An unsigned number as `bigint`. Heights and times reach 2^63 in 292 million years of milliseconds.
pub(crate) fn big(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count within one block as `integer`; a block has at most 20,000 of anything.
pub(crate) fn int(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(crate) fn shard(row: &PgRow) -> Result<ShardId, sqlx::Error> {
    narrow(row.try_get::<i16, _>("shard")?, "shard").map(ShardId)
}

pub(crate) fn height(row: &PgRow) -> Result<Height, sqlx::Error> {
    unsigned(row, "height").map(Height)
}

pub(crate) fn timestamp(row: &PgRow) -> Result<TimestampMs, sqlx::Error> {
    unsigned(row, "timestamp_ms").map(TimestampMs)
}

pub(crate) fn unsigned(row: &PgRow, name: &str) -> Result<u64, sqlx::Error> {
    narrow(row.try_get::<i64, _>(name)?, name)
}

pub(crate) fn count(row: &PgRow, name: &str) -> Result<u32, sqlx::Error> {
    narrow(row.try_get::<i32, _>(name)?, name)
}

pub(crate) fn digest(row: &PgRow, name: &str) -> Result<Digest, sqlx::Error> {
    let bytes: &[u8] = row.try_get(name)?;
    bytes.try_into().map(Digest).map_err(|source| fault(name, source))
}

fn narrow<Wide, Narrow>(value: Wide, name: &str) -> Result<Narrow, sqlx::Error>
where
    Narrow: TryFrom<Wide>,
    Narrow::Error: std::error::Error + Send + Sync + 'static,
{
    value.try_into().map_err(|source| fault(name, source))
}

/// A value that the indexer never writes: somebody changed the row.
pub(crate) fn fault(name: &str, source: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: name.to_owned(), source: Box::new(source) }
}
