//! Runs a private Postgres from the installed server binaries, so that one command starts everything.
//!
//! Invariant: at most one server, started by Waymark, runs on a data directory. The server listens only on a Unix
//! socket that its user and root can reach. It gets nothing of this process's environment. With [`Durability::Full`]
//! the server keeps confirmed commits through a power loss, unless the session turns `synchronous_commit` off.

mod account;
mod binary;
mod cluster;
mod error;
mod launcher;
mod place;
mod postmaster;
mod process;
mod socket;
mod supervisor;
#[cfg(test)]
mod tests;

pub use error::LocalPostgresError;
pub use supervisor::{RESTARTS_MAX, RESTARTS_SECONDS};

use crate::{
    connection::DatabaseUrls,
    local_postgres::{
        account::Account, binary::Installation, launcher::Launcher, socket::SocketFolder, supervisor::Supervisor,
    },
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The name of the superuser and of the database of a private server.
pub(crate) const NAME: &str = "waymark";
/// The time in which a server must become ready: long, because it may have to replay a gigabyte of log after a crash.
pub const START_TIMEOUT_MS: u64 = 120_000;
/// The time for a clean stop. After it the server is stopped without a checkpoint.
pub const STOP_TIMEOUT_MS: u64 = 30_000;
/// The maximum number of connections to the private server.
pub const CONNECTIONS_MAX: u32 = 100;

/// What a confirmed commit survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Durability {
    /// A commit survives power loss.
    #[default]
    Full,
    /// A commit may be lost: for tests, whose data is temporary.
    None,
}

/// The configuration of a private server.
#[derive(Clone, Debug)]
pub struct LocalPostgresConfig {
    /// The process's data directory. The server's files are in its folder `postgres`.
    pub data_dir: PathBuf,
    pub durability: Durability,
}

/// Returns the folder and major version of the server binaries that a new private server would use.
///
/// # Errors
/// [`LocalPostgresError::NotInstalled`] with what to install.
pub fn installed() -> Result<(PathBuf, u32), LocalPostgresError> {
    Installation::find(None).map(Installation::describe)
}

/// A running private server, which is started again when it ends by itself. Call [`LocalPostgres::stop`]; dropping it
/// stops the server at the latest when the runtime ends.
#[derive(Debug)]
pub struct LocalPostgres {
    supervisor: Supervisor,
    socket: PathBuf,
    administrator_url: String,
    urls: DatabaseUrls,
}

impl LocalPostgres {
    /// Starts a server on a data directory, and creates both if they do not exist. Stops a server that a killed process
    /// left running first. For root, the server runs as the unprivileged owner of its files, because Postgres refuses
    /// root. Takes about a second without existing data. Dropping the future ends every process that it started, which
    /// blocks the thread for a moment.
    ///
    /// # Errors
    /// [`LocalPostgresError`] explains what to do.
    pub async fn start(config: LocalPostgresConfig) -> Result<Self, LocalPostgresError> {
        let data_dir = place::create_data_dir(&config.data_dir)?;
        let lock = place::lock(&data_dir)?;
        let account = Account::for_data(&data_dir)?;
        let folder = place::cluster_folder(&data_dir, &account)?;
        let installation = Installation::find(cluster::major(&folder)?)?;
        if cluster::major(&folder)?.is_none() {
            cluster::init(&installation, &account, &folder, config.durability).await?;
        }
        let socket = SocketFolder::create(&data_dir, &account)?;
        let (log, durability) = (data_dir.join("postgres.log"), config.durability);
        let launcher = Launcher { installation, account, folder, log, durability, socket, _lock: lock };
        let postmaster = launcher.start().await?;
        cluster::create_database(|database| launcher.socket.url(database)).await?;
        let url_as = |role| launcher.socket.url_as(role, NAME);
        Ok(Self {
            socket: launcher.socket_folder().to_owned(),
            administrator_url: launcher.socket.url(NAME),
            urls: DatabaseUrls {
                migrator: url_as("waymark_migrator_login"),
                gateway: url_as("waymark_gateway_login"),
                indexer: url_as("waymark_indexer_login"),
            },
            supervisor: Supervisor::start(launcher, postmaster),
        })
    }

    /// The URLs of its database, each with the login of one part of Waymark.
    pub fn urls(&self) -> &DatabaseUrls {
        &self.urls
    }

    /// The URL of its database for the server's superuser, which no part of Waymark uses after the start.
    pub fn administrator_url(&self) -> &str {
        &self.administrator_url
    }

    /// The folder of the server's socket.
    pub fn socket_folder(&self) -> &Path {
        &self.socket
    }

    /// Waits until the server is down and cannot be started again; never resolves otherwise.
    pub async fn failed(&self) -> Arc<LocalPostgresError> {
        self.supervisor.failed().await
    }

    /// Stops the server cleanly: ends sessions, writes a checkpoint, removes the socket.
    ///
    /// # Errors
    /// [`LocalPostgresError::Stop`] when it was stopped without a checkpoint, or still runs.
    pub async fn stop(self) -> Result<(), LocalPostgresError> {
        self.supervisor.stop().await
    }

    /// Leaves the server running without this process.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) async fn leave_running(self) {
        self.supervisor.leave().await.expect("the server runs");
    }
}
