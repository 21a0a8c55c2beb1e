//! Converts between the ledger's types and Postgres columns. Invariant: a value that does not fit is an error in both
//! directions. The error names the column. No value is truncated.

mod row;
#[cfg(test)]
mod tests;
mod types;

use sqlx::{Decode, Postgres, Row as _, Type, error::BoxDynError, postgres::PgRow};

pub(crate) use row::{readable, selected};
pub(crate) use types::{column_types, from_number};

/// A value that does not fit its column.
#[derive(Debug, thiserror::Error)]
#[error("a value does not fit the column `{column}`")]
pub struct ColumnError {
    column: String,
    source: BoxDynError,
}

impl ColumnError {
    pub(crate) fn new(column: impl Into<String>, source: BoxDynError) -> Self {
        Self { column: column.into(), source }
    }
}

impl From<ColumnError> for sqlx::Error {
    fn from(error: ColumnError) -> Self {
        Self::Encode(Box::new(error))
    }
}

/// A type whose values are written to columns.
pub(crate) trait Store {
    /// The sqlx type of the column.
    type Sql;

    fn store(self) -> Result<Self::Sql, BoxDynError>;
}

/// A type whose values are read from columns. An error means that another program changed the row.
pub(crate) trait Load: Sized {
    /// See [`Store::Sql`].
    type Sql;

    fn load(sql: Self::Sql) -> Result<Self, BoxDynError>;
}

/// Converts a value to compare a column with it.
pub(crate) fn stored<Value: Store>(column: &'static str, value: Value) -> Result<Value::Sql, ColumnError> {
    value.store().map_err(|source| ColumnError::new(column, source))
}

/// Reads the value of a column from a row.
pub(crate) fn get<'r, Value>(row: &'r PgRow, column: &'static str) -> Result<Value, sqlx::Error>
where
    Value: Load,
    Value::Sql: Decode<'r, Postgres> + Type<Postgres>,
{
    let loaded = Value::load(row.try_get(column)?);
    loaded.map_err(|source| sqlx::Error::ColumnDecode { index: column.to_owned(), source })
}
