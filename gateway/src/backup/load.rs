//! Loads the tables of a backup into an empty schema `app`. Invariant: all tables are loaded in one transaction, or
//! none. A schema that has rows is refused.

use super::Table;
use indexer::connection;
use sqlx::{AssertSqlSafe, Connection as _};
use std::path::PathBuf;

/// Why a backup's tables were not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database belongs to somebody already.
    #[error("the table app.{0} has rows already; a backup is restored into an empty database")]
    NotEmpty(String),
    /// The backup names what no migration makes.
    #[error("the backup has an unknown table or column: {0:?}")]
    UnknownTable(String),
    /// A file of the backup cannot be read.
    #[error("reading {} failed", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// The database failed, or refused a row.
    #[error("loading the tables failed")]
    Database(#[from] sqlx::Error),
}

/// Loads tables from files in the text format of COPY, in this order. `url` names a superuser.
/// The database has the migrations of the backup.
///
/// # Errors
/// [`LoadError`]; the database is as it was before.
pub async fn load(url: &str, tables: &[(Table, PathBuf)]) -> Result<(), LoadError> {
    let mut connection = connection::connect(url).await?;
    let mut transaction = connection.begin().await?;
    let known: Vec<(String, Vec<String>)> = sqlx::query_as(
        "SELECT t.relname::text, array_agg(a.attname::text) FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
         WHERE t.relnamespace = 'app'::regnamespace AND t.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         GROUP BY t.relname",
    )
    .fetch_all(&mut *transaction)
    .await?;
    for (name, _) in &known {
        let any = format!("SELECT EXISTS (SELECT FROM app.\"{}\")", name.replace('"', "\"\""));
        let has_rows: bool = sqlx::query_scalar(AssertSqlSafe(any)).fetch_one(&mut *transaction).await?;
        if has_rows {
            return Err(LoadError::NotEmpty(name.clone()));
        }
    }
    for (table, path) in tables {
        let is_known = known
            .iter()
            .any(|(name, columns)| *name == table.name && table.columns.iter().all(|column| columns.contains(column)));
        if !table.is_plain() || !is_known {
            return Err(LoadError::UnknownTable(table.name.clone()));
        }
        let failed = |source| LoadError::File { path: path.clone(), source };
        let file = tokio::fs::File::open(path).await.map_err(failed)?;
        let mut copy = transaction.copy_in_raw(&format!("COPY {} FROM STDIN", table.target())).await?;
        copy.read_from(file).await?;
        copy.finish().await?;
    }
    transaction.commit().await?;
    Ok(connection.close().await?)
}
