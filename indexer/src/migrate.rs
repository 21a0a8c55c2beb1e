//! Migrates the schemas `app` and `index` with the migrations compiled into the binary. Invariant: migrations only go
//! forward. Each migration runs once, in one transaction.

use sqlx::{
    Connection as _, PgConnection, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};
use std::sync::LazyLock;

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

/// Migrates a database to this version's schema; does nothing if it has it. Processes that start together run one after
/// the other.
///
/// `url` names the role that will own the tables. It needs the right to create roles and schemas, or the roles
/// `waymark_app`, `waymark_indexer` and `waymark_service` must exist and be granted to it.
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
    let mut connection = PgConnection::connect(url).await.map_err(MigrateError::Connect)?;
    Migrator::with_migrations(until).run(&mut connection).await?;
    connection.close().await.map_err(MigrateError::Connect)
}

/// The version of the newest migration.
pub fn newest() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default()
}

#[cfg(test)]
mod tests;
