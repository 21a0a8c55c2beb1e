//! Runs a private Postgres from the installed server binaries, so that one command starts everything.
//!
//! Invariant: at most one server, started by Waymark, runs on a data directory. The server listens only on a Unix
//! socket that its user and root can reach. With [`Durability::Full`] the server keeps confirmed commits through a
//! power loss, unless the session turns `synchronous_commit` off.

mod account;
mod binary;
mod cluster;
mod error;
mod place;
mod postmaster;
mod socket;
#[cfg(test)]
mod tests;

pub use error::LocalPostgresError;

use crate::local_postgres::{account::Account, binary::Installation, postmaster::Postmaster, socket::SocketFolder};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
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

/// A running private server. Call [`LocalPostgres::stop`]; dropping it stops the server without waiting.
#[derive(Debug)]
pub struct LocalPostgres {
    // The order of the fields matters: the server is told to stop before its socket is removed.
    postmaster: Postmaster,
    socket: SocketFolder,
    /// Held until the server is down, because two processes would stop each other's server on one data directory.
    _lock: fs::File,
}

impl LocalPostgres {
    /// Starts a server on a data directory, and creates both if they do not exist. Stops a server that a killed process
    /// left running first. For root, the server runs as the unprivileged owner of its files, because Postgres refuses
    /// root. Takes about a second without existing data.
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
        postmaster::stop_stale(&installation, &account, &folder).await?;
        socket.clear()?;
        let log = data_dir.join("postgres.log");
        let postmaster = Postmaster::start(installation, account, folder, &socket, &log, config.durability).await;
        let local = Self { postmaster: postmaster?, socket, _lock: lock };
        cluster::create_database(&local.url_of("postgres")).await?;
        Ok(local)
    }

    /// The URL of its database, for [`crate::migrate::migrate`] and the pools. The user is the server's superuser.
    pub fn url(&self) -> String {
        self.url_of(NAME)
    }

    /// The folder of the server's socket.
    pub fn socket_folder(&self) -> &Path {
        self.socket.path()
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        self.socket.url(database)
    }

    /// Stops the server cleanly: ends sessions, writes a checkpoint, removes the socket.
    ///
    /// # Errors
    /// [`LocalPostgresError::Stop`] when it was stopped without a checkpoint, or still runs.
    pub async fn stop(mut self) -> Result<(), LocalPostgresError> {
        self.postmaster.stop(Duration::from_millis(STOP_TIMEOUT_MS)).await
    }

    /// Leaves the server running without this process. Returns the folder of its files.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn leave_running(mut self) -> PathBuf {
        self.socket.keep();
        self.postmaster.leave_running()
    }
}
