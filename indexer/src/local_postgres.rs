//! A private Postgres from the installed server binaries, so that one command starts everything.
//!
//! Invariant: at most one server runs on a data directory and it is ours; it listens on a Unix socket that only its
//! owner can reach, never on the network; and what a commit confirmed survives power loss.

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

/// The superuser and the database of a private server.
pub(crate) const NAME: &str = "waymark";
/// How long a server may take to become ready; long because it may have to replay a gigabyte of log after a crash.
pub const START_TIMEOUT_MS: u64 = 120_000;
/// How long a clean stop may take before the server is stopped without a checkpoint.
pub const STOP_TIMEOUT_MS: u64 = 30_000;
/// Connections that the private server accepts.
pub const CONNECTIONS_MAX: u32 = 100;

/// What a confirmed commit survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Durability {
    /// Power loss.
    #[default]
    Full,
    /// Nothing: for tests, whose data is thrown away.
    None,
}

/// How to run a private server.
#[derive(Clone, Debug)]
pub struct LocalPostgresConfig {
    /// The process's data directory; the server's files are in its folder `postgres`.
    pub data_dir: PathBuf,
    /// What a confirmed commit survives.
    pub durability: Durability,
}

/// The server binaries that a new private server would use: their folder and major version.
///
/// # Errors
/// [`LocalPostgresError::NotInstalled`] with what to install.
pub fn installed() -> Result<(PathBuf, u32), LocalPostgresError> {
    Installation::find(None).map(Installation::describe)
}

/// A running private server. Call [`LocalPostgres::stop`]; when it is dropped instead, the server is told to stop and
/// not waited for.
#[derive(Debug)]
pub struct LocalPostgres {
    // In this order: the server is told to stop before its socket goes.
    postmaster: Postmaster,
    socket: SocketFolder,
    /// Held until the server is down: two processes on one data directory would take each other's server away.
    _lock: fs::File,
}

impl LocalPostgres {
    /// Starts a server on a data directory and creates both when there is nothing yet. A server that a killed process
    /// left running is stopped first. Run by root, it runs as the unprivileged owner of its files, since Postgres
    /// refuses root. Ready in about a second from nothing.
    ///
    /// # Errors
    /// [`LocalPostgresError`] says what to do about it.
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

    /// The URL of its database, for [`crate::migrate::migrate`] and the pools. It names the server's superuser.
    pub fn url(&self) -> String {
        self.url_of(NAME)
    }

    /// Where the server's socket is.
    pub fn socket_folder(&self) -> &Path {
        self.socket.path()
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        self.socket.url(database)
    }

    /// Stops the server cleanly: sessions end, a checkpoint is written, the socket is removed.
    ///
    /// # Errors
    /// [`LocalPostgresError::Stop`] when it had to be stopped without a checkpoint, or still runs.
    pub async fn stop(mut self) -> Result<(), LocalPostgresError> {
        self.postmaster.stop(Duration::from_millis(STOP_TIMEOUT_MS)).await
    }

    /// Lets the server run on without this process; returns the folder of its files.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn leave_running(mut self) -> PathBuf {
        self.socket.keep();
        self.postmaster.leave_running()
    }
}
