//! Migrates the schemas `app` and `index` with the migrations compiled into the binary. Invariant: migrations only go
//! forward. Each migration runs once, in one transaction.

use crate::connection;
use sqlx::{
    Connection as _, PgPool, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};
use std::{collections::BTreeMap, sync::LazyLock};

/// Name, without extension, and text of every file in `migrations/`; written by the build script.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Every migration, in order of its version.
pub(crate) static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let parse_file = |&(name, text): &(&'static str, &'static str)| {
        let (version, about) = name.split_once('_').expect("a migration is named <version>_<description>");
        let version = version.parse().expect("the version of a migration is a number");
        Migration::new(version, about.replace('_', " ").into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(FILES.iter().map(parse_file).collect())
});

/// A failed migration of a database.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The server cannot be reached or refuses the connection.
    #[error("cannot connect to the database")]
    Connect(#[source] sqlx::Error),
    /// A migration failed, was changed after it ran, or is newer than this binary.
    #[error("cannot migrate the database")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// A database whose schema is not this version's.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Migrations are missing.
    #[error("the database lacks migration {0}; run `waymark migrate` with the login that owns the tables")]
    Behind(i64),
    /// A newer version migrated it.
    #[error("the database has migration {0}, which this build does not know; run a newer build")]
    Ahead(i64),
    /// A migration ran with another text.
    #[error("migration {0} of the database is not the one of this build")]
    Changed(i64),
    /// The migrations that ran cannot be read.
    #[error("cannot read which migrations have run")]
    Read(#[from] sqlx::Error),
}

/// Migrates a database to this version's schema; does nothing if it has it. Processes that start together run one after
/// the other.
///
/// `url` names the role that will own the tables. It needs the right to create schemas; and the right to create roles,
/// or the roles of `deploy/logins.sql` must exist.
///
/// # Errors
/// [`MigrateError`]; a failed migration leaves the database as it was before it.
pub async fn migrate(url: &str) -> Result<(), MigrateError> {
    migrate_to(url, newest()).await
}

/// As [`migrate`], with the migrations up to a version only: that of the tables in a backup.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_to(url: &str, version: i64) -> Result<(), MigrateError> {
    let until = MIGRATOR.iter().filter(|migration| migration.version <= version).cloned().collect();
    let mut connection = connection::connect(url).await.map_err(MigrateError::Connect)?;
    Migrator::with_migrations(until).run(&mut connection).await?;
    connection.close().await.map_err(MigrateError::Connect)
}

/// The version of the newest migration.
pub fn newest() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Checks that a database has exactly the migrations of this version. `pool` is one of [`crate::pool`].
///
/// # Errors
/// [`SchemaError`].
pub async fn check(pool: &PgPool) -> Result<(), SchemaError> {
    let applied = "SELECT version, checksum FROM public._sqlx_migrations WHERE success";
    let applied: Vec<(i64, Vec<u8>)> = match sqlx::query_as(applied).fetch_all(pool).await {
        Err(sqlx::Error::Database(error)) if is_without_migrations(error.code().as_deref()) => Vec::new(),
        read => read?,
    };
    compare(applied)
}

/// Whether a statement failed because no migration, or not the newest, has run: the table or its grant is missing.
fn is_without_migrations(code: Option<&str>) -> bool {
    const UNDEFINED_TABLE: &str = "42P01";
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    matches!(code, Some(UNDEFINED_TABLE | INSUFFICIENT_PRIVILEGE))
}

fn compare(applied: Vec<(i64, Vec<u8>)>) -> Result<(), SchemaError> {
    let mut applied: BTreeMap<i64, Vec<u8>> = applied.into_iter().collect();
    for migration in MIGRATOR.iter() {
        match applied.remove(&migration.version) {
            None => return Err(SchemaError::Behind(migration.version)),
            Some(checksum) if checksum != *migration.checksum => return Err(SchemaError::Changed(migration.version)),
            Some(_) => {}
        }
    }
    applied.into_keys().next().map_or(Ok(()), |version| Err(SchemaError::Ahead(version)))
}

#[cfg(test)]
mod tests;
