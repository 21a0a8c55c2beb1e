//! Builds INSERT statements from lists of columns. Invariant: each statement has at most 10,000 rows. A statement names
//! no schema, so the session's search path selects the live tables or a copy.
//!
//! The statements use UNNEST, not COPY: Postgres refuses COPY FROM under row-level security, and copying into a
//! temporary table first costs more than it saves.

#[cfg(test)]
mod tests;

use crate::column::{ColumnError, Store};
use sqlx::{
    Arguments as _, AssertSqlSafe, Encode, PgConnection, Postgres, Type,
    postgres::{PgArguments, PgHasArrayType},
};

/// The maximum number of rows in one statement.
pub(crate) const ROWS_PER_STATEMENT_MAX: usize = 10_000;
/// The maximum number of rows in one statement, when each contains a document.
pub(crate) const DOCUMENTS_PER_STATEMENT_MAX: usize = 2_000;
/// The maximum bytes of documents in one statement. A single document may be larger.
pub(crate) const BYTES_PER_STATEMENT_MAX: usize = 4 * 1024 * 1024;

/// A table of schema `index`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns of its primary key, in order.
    pub(crate) key: &'static [&'static str],
}

/// A statement with its values, ready to be executed.
#[derive(Debug)]
pub(crate) struct Statement {
    sql: String,
    arguments: PgArguments,
}

impl Statement {
    pub(crate) async fn execute(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        // The text consists of this crate's constants only.
        sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).execute(connection).await.map(drop)
    }
}

/// Rows for a table, added column by column.
#[derive(Debug)]
pub(crate) struct Insert<'r, Row> {
    table: Table,
    columns: Vec<&'static str>,
    /// The rows of each statement, and the values of the columns so far.
    parts: Vec<(&'r [Row], PgArguments)>,
    conflict: Conflict,
    error: Option<ColumnError>,
}

/// What happens to a row whose key exists.
#[derive(Clone, Copy, Debug)]
enum Conflict {
    Refuse,
    Keep,
    Replace,
    Add,
}

impl<'r, Row> Insert<'r, Row> {
    /// Inserts rows of a few numbers and words each.
    pub(crate) fn into(table: Table, rows: &'r [Row]) -> Self {
        Self::cut(table, rows, ROWS_PER_STATEMENT_MAX, |_| 0)
    }

    /// Inserts rows that contain documents; `bytes` estimates the size of a row.
    pub(crate) fn documents_into(table: Table, rows: &'r [Row], bytes: impl Fn(&Row) -> usize) -> Self {
        Self::cut(table, rows, DOCUMENTS_PER_STATEMENT_MAX, bytes)
    }

    fn cut(table: Table, mut rows: &'r [Row], rows_max: usize, bytes: impl Fn(&Row) -> usize) -> Self {
        let mut parts = Vec::new();
        while !rows.is_empty() {
            let mut total = 0;
            let fits = rows.iter().take(rows_max).take_while(|row| {
                total += bytes(row);
                total <= BYTES_PER_STATEMENT_MAX
            });
            let (part, rest) = rows.split_at(fits.count().max(1));
            parts.push((part, PgArguments::default()));
            rows = rest;
        }
        Self { table, columns: Vec::new(), parts, conflict: Conflict::Refuse, error: None }
    }

    /// Adds a column with its value for each row. The value's type determines the column's type.
    pub(crate) fn column<Value>(mut self, name: &'static str, value: impl Fn(&'r Row) -> Value) -> Self
    where
        Value: Store,
        Value::Sql: Encode<'r, Postgres> + Type<Postgres> + PgHasArrayType,
    {
        self.columns.push(name);
        for (rows, arguments) in &mut self.parts {
            let values = rows.iter().map(|row| value(row).store()).collect::<Result<Vec<_>, _>>();
            if let Err(source) = values.and_then(|values| arguments.add(values)) {
                let column = || format!("{}.{name}", self.table.name);
                self.error.get_or_insert_with(|| ColumnError::new(column(), source));
            }
        }
        self
    }

    /// Leaves a row with the same key as it is.
    pub(crate) fn or_keep(self) -> Self {
        Self { conflict: Conflict::Keep, ..self }
    }

    /// Replaces the row with the same key.
    pub(crate) fn or_replace(self) -> Self {
        Self { conflict: Conflict::Replace, ..self }
    }

    /// Adds to the row with the same key: each column outside the key is a number.
    pub(crate) fn or_add(self) -> Self {
        Self { conflict: Conflict::Add, ..self }
    }

    /// Returns the statements; none if there are no rows.
    pub(crate) fn statements(self) -> Result<Vec<Statement>, ColumnError> {
        let sql = self.sql();
        if let Some(error) = self.error {
            return Err(error);
        }
        Ok(self.parts.into_iter().map(|(_, arguments)| Statement { sql: sql.clone(), arguments }).collect())
    }

    fn sql(&self) -> String {
        let Table { name, key } = self.table;
        let columns = self.columns.join(", ");
        let values: Vec<_> = (1..=self.columns.len()).map(|number| format!("${number}")).collect();
        let insert = format!("INSERT INTO {name} ({columns}) SELECT * FROM UNNEST({})", values.join(", "));
        let change: fn(&str, &str) -> String = match self.conflict {
            Conflict::Refuse => return insert,
            Conflict::Keep => return format!("{insert} ON CONFLICT DO NOTHING"),
            Conflict::Replace => |_, column| format!("{column} = EXCLUDED.{column}"),
            Conflict::Add => |name, column| format!("{column} = {name}.{column} + EXCLUDED.{column}"),
        };
        let changed = self.columns.iter().filter(|column| !key.contains(column));
        let changes: Vec<_> = changed.map(|column| change(name, column)).collect();
        format!("{insert} ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), changes.join(", "))
    }
}
