//! A cluster's files: made once, whole or not at all. Invariant: text is UTF-8 and sorts by bytes, so the same rows
//! sort the same everywhere.

use super::{Durability, LocalPostgresError, NAME, account::Account, binary::Installation};
use sqlx::{Connection as _, PgConnection};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The major version that made the cluster; `None` when there is no cluster.
pub(super) fn major(folder: &Path) -> Result<Option<u32>, LocalPostgresError> {
    let path = folder.join("PG_VERSION");
    match fs::read_to_string(&path) {
        // An unreadable version is one that no installation has, and the error will say so.
        Ok(version) => Ok(Some(version.trim().parse().unwrap_or(0))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LocalPostgresError::File { what: "read", path, source }),
    }
}

/// Makes a cluster beside its place and moves it there, so that an interrupted attempt leaves nothing half-made.
pub(super) async fn init(
    installation: &Installation,
    account: &Account,
    folder: &Path,
    durability: Durability,
) -> Result<(), LocalPostgresError> {
    let mut attempt = folder.as_os_str().to_owned();
    attempt.push(".new");
    let attempt = PathBuf::from(attempt);
    match fs::remove_dir_all(&attempt) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            return Err(LocalPostgresError::File { what: "remove", path: attempt, source });
        }
        _ => {}
    }
    fs::create_dir(&attempt).map_err(LocalPostgresError::file("create", &attempt))?;
    account.own_folder(&attempt)?;

    let program = installation.program("initdb");
    let mut command = account.command(&program, &attempt);
    // Whoever can enter the socket's folder is the owner; there is no network to ask passwords of.
    command.args(["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"]);
    command.arg(format!("--username={NAME}")).arg("--pgdata").arg(&attempt);
    if durability == Durability::None {
        command.arg("--no-sync");
    }
    let output = command.output().await.map_err(LocalPostgresError::file("run", &program))?;
    if !output.status.success() {
        let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(LocalPostgresError::Program { program, detail });
    }
    fs::rename(&attempt, folder).map_err(LocalPostgresError::file("move", &attempt))
}

/// Creates our database; does nothing when it is there.
pub(super) async fn create_database(url: &str) -> Result<(), LocalPostgresError> {
    let create = async {
        let mut connection = PgConnection::connect(url).await?;
        let is_there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'waymark')")
            .fetch_one(&mut connection)
            .await?;
        if !is_there {
            sqlx::query("CREATE DATABASE waymark").execute(&mut connection).await?;
        }
        connection.close().await
    };
    create.await.map_err(LocalPostgresError::Database)
}
