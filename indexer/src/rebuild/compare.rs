//! Compares two copies of the index's tables row by row in key order. Invariant: equal tables have the same bytes in
//! every row. The comparison only reads.

use crate::{insert::Table, slice::tables};
use futures::{StreamExt as _, stream::BoxStream};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

type Row = bytes::Bytes;

/// The result of comparing the live tables with a rebuilt copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// One entry per table.
    pub tables: Vec<TableComparison>,
}

/// The result of comparing one table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableComparison {
    /// The table's name within the schema.
    pub table: &'static str,
    /// The number of rows of the live table.
    pub live_rows: u64,
    /// The number of rows of the copy.
    pub rebuilt_rows: u64,
    /// SHA-256 in hexadecimal over the live rows in key order, in the text format of Postgres's COPY.
    pub live_hash: String,
    /// The same over the copy's rows.
    pub rebuilt_hash: String,
    /// The first row that differs: the columns of its key, separated by tabs. If each table has a row that the other
    /// lacks, the lower one.
    pub first_difference: Option<String>,
}

impl Comparison {
    /// Whether every table is equal to its copy.
    pub fn is_identical(&self) -> bool {
        self.tables.iter().all(|table| table.first_difference.is_none())
    }
}

/// Compares all tables of two sessions with different search paths.
pub(super) async fn compare(live: &mut PgConnection, rebuilt: &mut PgConnection) -> Result<Comparison, sqlx::Error> {
    let mut compared = Vec::new();
    for table in tables() {
        compared.push(compare_table(live, rebuilt, table).await?);
    }
    Ok(Comparison { tables: compared })
}

async fn compare_table(
    live: &mut PgConnection,
    rebuilt: &mut PgConnection,
    Table { name: table, key }: Table,
) -> Result<TableComparison, sqlx::Error> {
    let columns = key.join(", ");
    // The key comes first so that a row's text begins with it.
    let statement = format!("COPY (SELECT {columns}, t.* FROM {table} t ORDER BY {columns}) TO STDOUT");
    let (mut live, mut rebuilt) = (live.copy_out_raw(&statement).await?, rebuilt.copy_out_raw(&statement).await?);
    let (mut live_hash, mut rebuilt_hash) = (Sha256::new(), Sha256::new());
    let (mut live_rows, mut rebuilt_rows) = (0, 0);
    let mut first_difference = None;
    loop {
        let (live_row, rebuilt_row) = (next(&mut live).await?, next(&mut rebuilt).await?);
        if first_difference.is_none() && live_row != rebuilt_row {
            first_difference = Some(lower_key(key.len(), live_row.as_ref(), rebuilt_row.as_ref()));
        }
        if let Some(row) = &live_row {
            live_rows += 1;
            live_hash.update(row);
        }
        if let Some(row) = &rebuilt_row {
            rebuilt_rows += 1;
            rebuilt_hash.update(row);
        }
        if live_row.is_none() && rebuilt_row.is_none() {
            break;
        }
    }
    let (live_hash, rebuilt_hash) = (hex::encode(live_hash.finalize()), hex::encode(rebuilt_hash.finalize()));
    Ok(TableComparison { table, live_rows, rebuilt_rows, live_hash, rebuilt_hash, first_difference })
}

/// Returns the next row; the server sends each row in its own message.
async fn next(rows: &mut BoxStream<'_, Result<Row, sqlx::Error>>) -> Result<Option<Row>, sqlx::Error> {
    rows.next().await.transpose()
}

fn lower_key(columns: usize, live: Option<&Row>, rebuilt: Option<&Row>) -> String {
    let text = |row: &Row| {
        let row = String::from_utf8_lossy(row);
        row.trim_end().split('\t').take(columns).collect::<Vec<_>>().join("\t")
    };
    match (live.map(text), rebuilt.map(text)) {
        (Some(live), Some(rebuilt)) => live.min(rebuilt),
        (one, other) => one.or(other).unwrap_or_default(),
    }
}
