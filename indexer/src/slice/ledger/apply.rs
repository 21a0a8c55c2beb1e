//! Builds the statements that write cursors, blocks and their transactions. Invariant: each block and each transaction
//! gets a row, whether or not its records were applied.

use super::{conviction::CONVICTION, query::Cursor};
use crate::{
    batch::CheckedBlock,
    column::ColumnError,
    insert::{Insert, Statement, Table},
};
use std::slice;

pub(crate) const TABLES: &[Table] = &[CURSOR, BLOCK, TRANSACTION, CONVICTION];

const CURSOR: Table = Table { name: "cursor", key: &["shard"] };
const BLOCK: Table = Table { name: "block", key: &["shard", "height"] };
const TRANSACTION: Table = Table { name: "transaction", key: &["tenant_id", "tx_id", "shard"] };

/// Builds the statements that write blocks and their transactions.
pub(crate) fn statements(blocks: &[CheckedBlock]) -> Result<Vec<Statement>, ColumnError> {
    let mut statements = Insert::into(BLOCK, blocks)
        .column("shard", |block| block.block.header.shard)
        .column("height", CheckedBlock::height)
        .column("timestamp_ms", |block| block.block.header.timestamp_ms)
        .column("digest", |block| block.digest)
        .column("transactions", |block| block.transactions.len())
        .column("records", CheckedBlock::records)
        .statements()?;
    let transactions = blocks.iter().flat_map(|block| block.transactions.iter().map(|it| (&block.block.header, it)));
    let rows: Vec<_> = transactions.collect();
    statements.extend(
        Insert::into(TRANSACTION, &rows)
            .column("tenant_id", |(_, transaction)| transaction.tenant)
            .column("tx_id", |(_, transaction)| transaction.tx_id)
            .column("shard", |(header, _)| header.shard)
            .column("height", |(header, _)| header.height)
            .column("first_record", |(_, transaction)| transaction.first_record)
            .column("records", |(_, transaction)| transaction.records)
            .statements()?,
    );
    Ok(statements)
}

/// Builds the statement that moves a shard's cursor.
pub(crate) fn set_cursor(cursor: &Cursor) -> Result<Vec<Statement>, ColumnError> {
    Insert::into(CURSOR, slice::from_ref(cursor))
        .column("shard", |cursor| cursor.shard)
        .column("height", |cursor| cursor.height)
        .column("digest", |cursor| cursor.digest)
        .column("timestamp_ms", |cursor| cursor.timestamp_ms)
        .column("transactions", |cursor| cursor.transactions)
        .column("records", |cursor| cursor.records)
        .column("hand_over", |cursor| cursor.hand_over.clone())
        .column("numbered", |cursor| cursor.numbered)
        .or_replace()
        .statements()
}
