//! What is needed to start the server on one data directory, any number of times. Invariant: the lock on the data
//! directory and the socket's folder are held until the server is down.

use super::{
    Durability, LocalPostgresError, account::Account, binary::Installation, postmaster, postmaster::Postmaster,
    socket::SocketFolder,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files, programs and user of a server.
#[derive(Debug)]
pub(super) struct Launcher {
    pub(super) installation: Installation,
    pub(super) account: Account,
    /// The cluster.
    pub(super) folder: PathBuf,
    pub(super) log: PathBuf,
    pub(super) durability: Durability,
    pub(super) socket: SocketFolder,
    /// Two processes would stop each other's server on one data directory.
    pub(super) _lock: fs::File,
}

impl Launcher {
    /// Starts the server, after one that an ended process left running is down. Waits until it answers.
    pub(super) async fn start(&self) -> Result<Postmaster, LocalPostgresError> {
        postmaster::stop_stale(&self.installation, &self.account, &self.folder).await?;
        self.socket.clear()?;
        Postmaster::start(self).await
    }

    /// The last lines of the server's log.
    pub(super) fn log_tail(&self) -> (PathBuf, String) {
        (self.log.clone(), postmaster::tail(&self.log))
    }

    pub(super) fn socket_folder(&self) -> &Path {
        self.socket.path()
    }
}
