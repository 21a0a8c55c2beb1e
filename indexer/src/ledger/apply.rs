//! Writing cursors, blocks and what is in them. Invariant: names no schema; the session's search path decides whether the
//! live tables or a copy are written.

use super::{conviction, query::Cursor};
use crate::{batch::CheckedBlock, column, tenant};
use chain_types::codec;
use sqlx::PgConnection;

/// Writes the rows of blocks, of their transactions and of whom they convicted.
pub(crate) async fn insert_blocks(connection: &mut PgConnection, blocks: &[CheckedBlock]) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO block (shard, height, timestamp_ms, digest, transactions, records)
        SELECT * FROM UNNEST($1::smallint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::integer[], $6::integer[])";
    let header = |block: &CheckedBlock| (block.block.header.shard, block.block.header.timestamp_ms);
    sqlx::query(INSERT)
        .bind(each(blocks, |block| column::small(header(block).0)))
        .bind(each(blocks, |block| column::big(block.height().0)))
        .bind(each(blocks, |block| column::big(header(block).1.0)))
        .bind(each(blocks, |block| block.digest.as_bytes().as_slice()))
        .bind(each(blocks, |block| column::int(block.block.block.transactions.len())))
        .bind(each(blocks, |block| column::int(block.records())))
        .execute(&mut *connection)
        .await?;
    insert_transactions(&mut *connection, blocks).await?;
    conviction::insert(connection, blocks).await
}

async fn insert_transactions(connection: &mut PgConnection, blocks: &[CheckedBlock]) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO transaction (tenant_id, tx_id, shard, height, first_record, records)
        SELECT * FROM UNNEST($1::uuid[], $2::bytea[], $3::smallint[], $4::bigint[], $5::integer[], $6::integer[])";
    let rows: Vec<_> = blocks
        .iter()
        .flat_map(|block| block.transactions().map(move |transaction| (&block.block.header, transaction)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(INSERT)
        .bind(each(&rows, |(_, transaction)| tenant::uuid(transaction.tenant)))
        .bind(each(&rows, |(_, transaction)| transaction.tx_id.0.as_bytes().as_slice()))
        .bind(each(&rows, |(header, _)| column::small(header.shard)))
        .bind(each(&rows, |(header, _)| column::big(header.height.0)))
        .bind(each(&rows, |(_, transaction)| column::int(transaction.first_record)))
        .bind(each(&rows, |(_, transaction)| column::int(transaction.records)))
        .execute(connection)
        .await
        .map(drop)
}

/// Moves a shard's cursor.
pub(crate) async fn set_cursor(connection: &mut PgConnection, cursor: &Cursor) -> Result<(), sqlx::Error> {
    const SET: &str = "INSERT INTO cursor (shard, height, digest, timestamp_ms, transactions, records, hand_over)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (shard) DO UPDATE SET height = EXCLUDED.height,
        digest = EXCLUDED.digest, timestamp_ms = EXCLUDED.timestamp_ms, transactions = EXCLUDED.transactions,
        records = EXCLUDED.records, hand_over = EXCLUDED.hand_over";
    sqlx::query(SET)
        .bind(column::small(cursor.shard))
        .bind(column::big(cursor.height.0))
        .bind(cursor.digest.as_bytes().as_slice())
        .bind(column::big(cursor.timestamp_ms.0))
        .bind(column::big(cursor.transactions))
        .bind(column::big(cursor.records))
        .bind(cursor.hand_over.as_deref().map(codec::encode))
        .execute(connection)
        .await
        .map(drop)
}

fn each<'a, Row, Column>(rows: &'a [Row], column: impl FnMut(&'a Row) -> Column) -> Vec<Column> {
    rows.iter().map(column).collect()
}
