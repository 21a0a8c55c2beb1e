//! Builds rows from applied records. Invariant: the rows depend only on the records and their documents. A document
//! that cannot become a row is skipped without an error, so no tenant's data can stop the index.

use super::row::ProductRow;
use crate::{
    batch::AppliedRecord,
    column::ColumnError,
    insert::{Insert, Statement, Table},
    open::{Keys, Skipped},
};
use chain_types::{Subject, product::Event};
use serde_json::Value;

pub(crate) const TABLES: &[Table] = &[PRODUCT];

const PRODUCT: Table = Table { name: "product", key: &["tenant_id", "shard", "height", "record_index"] };

/// The rows of a batch, and the number of records without a row.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    products: Vec<ProductRow>,
    pub(crate) skipped: Skipped,
}

impl Rows {
    /// Adds the row of a record.
    pub(crate) fn push(&mut self, event: &Event, record: &AppliedRecord<'_>, keys: &Keys) {
        let Event::ProductRegistered { product } = *event;
        let read = |document: Vec<u8>| read_product(&document, product, record);
        self.products.extend(self.skipped.read(keys.open(record), read));
    }

    /// Builds the statements that write the rows.
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        Insert::documents_into(PRODUCT, &self.products, bytes)
            .column("tenant_id", |row| row.tenant)
            .column("shard", |row| row.shard)
            .column("height", |row| row.height)
            .column("record_index", |row| row.record_index)
            .column("record_time_ms", |row| row.record_time_ms)
            .column("subject", |row| row.subject)
            .column("id", |row| row.id.as_str())
            .column("name", |row| row.name.as_deref())
            .statements()
    }
}

/// The size of the longest columns, in bytes.
fn bytes(row: &ProductRow) -> usize {
    row.id.len() + row.name.as_ref().map_or(0, String::len)
}

/// Reads a record's document; `None` when it is no product, or contains U+0000, which Postgres cannot store.
fn read_product(document: &[u8], product: Subject, record: &AppliedRecord<'_>) -> Option<ProductRow> {
    let document: Value = serde_json::from_slice(document).ok()?;
    let id = text(document.get("id")?)?;
    let name = match document.get("name") {
        None | Some(Value::Null) => None,
        Some(name) => Some(text(name)?),
    };
    Some(ProductRow {
        tenant: record.tenant,
        shard: record.header.shard,
        height: record.header.height,
        record_index: record.record_index,
        record_time_ms: record.header.timestamp_ms,
        subject: product.0,
        id,
        name,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.contains('\0')).map(str::to_owned)
}
