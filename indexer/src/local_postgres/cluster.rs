//! Creates the cluster (the files of a Postgres server), its database and its roles. Invariant: a cluster is created
//! completely or not at all. Text is UTF-8 and sorts by bytes, so every machine sorts equal rows equally.

use super::{
    Durability, LocalPostgresError, NAME, account::Account, binary::Installation, postmaster::end_sessions,
    process::run_to_end,
};
use crate::connection;
use sqlx::Connection as _;
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The statements that create the roles; they can run again and again.
const LOGINS: &str = include_str!("../../../deploy/logins.sql");

/// The major version that created the cluster; `None` without a cluster.
pub(super) fn major(folder: &Path) -> Result<Option<u32>, LocalPostgresError> {
    let path = folder.join("PG_VERSION");
    match fs::read_to_string(&path) {
        // An unreadable version becomes 0, which no installation has; the error will report it.
        Ok(version) => Ok(Some(version.trim().parse().unwrap_or(0))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LocalPostgresError::File { what: "read", path, source }),
    }
}

/// Creates a cluster in a temporary folder and renames it, so that an interrupted attempt leaves nothing incomplete.
pub(super) async fn init(
    installation: &Installation,
    account: &Account,
    folder: &Path,
    durability: Durability,
) -> Result<(), LocalPostgresError> {
    let mut attempt = folder.as_os_str().to_owned();
    attempt.push(".new");
    let attempt = PathBuf::from(attempt);
    // An `initdb` whose process was killed continues.
    end_sessions(&attempt).await?;
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
    // Only the owner can enter the socket's folder, and the server does not listen on the network, so passwords are not
    // needed.
    command.args(["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"]);
    command.arg(format!("--username={NAME}")).arg("--pgdata").arg(&attempt);
    if durability == Durability::None {
        command.arg("--no-sync");
    }
    let output = run_to_end(command).await.map_err(LocalPostgresError::file("run", &program))?;
    if !output.status.success() {
        let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(LocalPostgresError::Program { program, detail });
    }
    fs::rename(&attempt, folder).map_err(LocalPostgresError::file("move", &attempt))
}

/// Creates the database and the roles of the processes that use it, if they do not exist. `url_of` returns the
/// superuser's URL of a database.
pub(super) async fn create_database(url_of: impl Fn(&str) -> String) -> Result<(), LocalPostgresError> {
    let create = async {
        let mut connection = connection::connect(&url_of("postgres")).await?;
        let is_there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'waymark')")
            .fetch_one(&mut connection)
            .await?;
        if !is_there {
            sqlx::query("CREATE DATABASE waymark").execute(&mut connection).await?;
        }
        connection.close().await?;
        let mut connection = connection::connect(&url_of(NAME)).await?;
        sqlx::raw_sql(LOGINS).execute(&mut connection).await?;
        connection.close().await
    };
    create.await.map_err(LocalPostgresError::Database)
}
