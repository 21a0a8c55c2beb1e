//! The database of a process: a private server, or a given one. Invariant: a given database is migrated by
//! `waymark migrate` and `waymark up` only; every other process refuses one with another schema.

use crate::{secret_file, terminal::Steps};
use anyhow::Context as _;
use indexer::{
    connection::DatabaseUrls,
    local_postgres::{Durability, LocalPostgres, LocalPostgresConfig},
};
use std::path::{Path, PathBuf};
use url::Url;

/// Flags that name a database.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct DatabaseArguments {
    /// Postgres, as postgres://USER@HOST:PORT/DATABASE; without it `up` starts a private one
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// File with the password of that URL's user; only its owner may be able to read it
    #[arg(long, env = "WAYMARK_DATABASE_PASSWORD_FILE", value_name = "FILE")]
    pub database_password_file: Option<PathBuf>,
}

impl DatabaseArguments {
    /// The URL with its password; `None` when no database is named.
    pub fn url(&self) -> anyhow::Result<Option<String>> {
        let Some(given) = &self.database_url else { return Ok(None) };
        let Some(file) = &self.database_password_file else { return Ok(Some(given.clone())) };
        let mut url: Url = given.parse().context("--database-url is not a URL")?;
        let password = secret_file::read(file).context("reading the password of the database")?;
        let is_set = url.password().is_none() && url.set_password(Some(&password)).is_ok();
        anyhow::ensure!(is_set, "--database-url has a password already, or names no host");
        Ok(Some(url.into()))
    }

    /// The URL with its password, for a command that needs one.
    pub fn required_url(&self) -> anyhow::Result<String> {
        self.url()?.context("name a Postgres with --database-url or DATABASE_URL")
    }
}

/// The database of a process.
pub struct Database {
    pub urls: DatabaseUrls,
    /// For a backup and a restore, which read and write every row: the superuser of a private server, or the given
    /// login.
    pub administrator_url: String,
    server: Option<LocalPostgres>,
}

impl Database {
    /// Uses a given database, or starts a private server in `data`; then migrates.
    pub async fn open(given: &DatabaseArguments, data: &Path, steps: &mut Steps) -> anyhow::Result<Self> {
        Self::open_at(given, data, indexer::migrate::newest(), steps).await
    }

    /// The same with the migrations up to a version only.
    pub async fn open_at(
        given: &DatabaseArguments,
        data: &Path,
        version: i64,
        steps: &mut Steps,
    ) -> anyhow::Result<Self> {
        let database = if let Some(url) = given.url()? {
            Self { urls: DatabaseUrls::with_one_login(&url), administrator_url: url, server: None }
        } else {
            let config = LocalPostgresConfig { data_dir: data.to_owned(), durability: Durability::Full };
            let server = LocalPostgres::start(config).await.context("starting the private Postgres")?;
            steps.done("Postgres runs");
            let administrator_url = server.administrator_url().to_owned();
            Self { urls: server.urls().clone(), administrator_url, server: Some(server) }
        };
        indexer::migrate::migrate_to(&database.urls.migrator, version).await.context("migrating the database")?;
        steps.done("schemas are in place");
        Ok(database)
    }

    /// Waits until the private server is down and cannot be started again; never resolves otherwise.
    pub async fn failed(&self) -> anyhow::Error {
        match &self.server {
            Some(server) => anyhow::Error::new(server.failed().await).context("the private Postgres is down for good"),
            None => std::future::pending().await,
        }
    }

    /// Stops the private server, if there is one.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Some(server) = self.server {
            server.stop().await.context("stopping the private Postgres")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt as _};

    #[test]
    fn a_password_comes_from_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        fs::write(&file, "a/b@c:d\n").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("ours");
        let arguments = |url: &str| DatabaseArguments {
            database_url: Some(url.to_owned()),
            database_password_file: Some(file.clone()),
        };
        let url = arguments("postgres://user@host:1/db").required_url().expect("a URL");
        assert_eq!(url, "postgres://user:a%2Fb%40c%3Ad@host:1/db");
        let twice = arguments("postgres://user:p@host/db").required_url().expect_err("two passwords");
        assert!(twice.to_string().contains("a password already"), "{twice}");
        assert!(DatabaseArguments::default().required_url().is_err());
    }
}
