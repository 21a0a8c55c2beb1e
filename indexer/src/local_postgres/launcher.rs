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

/// The space, in bytes, below which a server cannot be expected to start: two segments of its write-ahead log.
const START_BYTES_MIN: u64 = 32 * 1024 * 1024;

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

    /// Whether the server has too little space to start, or ended for lack of it: PostgreSQL ends when it cannot write
    /// its log of changes.
    pub(super) fn is_disk_full(&self) -> bool {
        const TEXTS: [&str; 2] = ["No space left on device", "Disk quota exceeded"];
        let free = rustix::fs::statvfs(&self.folder).map(|space| space.f_bavail.saturating_mul(space.f_frsize));
        let tail = postmaster::tail(&self.log);
        free.is_ok_and(|free| free < START_BYTES_MIN) || TEXTS.iter().any(|text| tail.contains(text))
    }

    pub(super) fn socket_folder(&self) -> &Path {
        self.socket.path()
    }
}
