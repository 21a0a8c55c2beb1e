//! Why a private server does not run. Invariant: each text says what a person can do about it.

use std::{io, path::PathBuf};

/// A private Postgres that could not be started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum LocalPostgresError {
    /// No server binaries of a supported version.
    #[error(
        "no PostgreSQL {wanted} server found; install one (Debian, Ubuntu: `apt-get install postgresql`; macOS: \
         `brew install postgresql@17`), name its folder in PG_BIN_DIR, or name a running server in DATABASE_URL"
    )]
    NotInstalled {
        /// The versions that would do.
        wanted: String,
    },
    /// The data directory belongs to a running process.
    #[error("{0} is in use by another waymark process; stop it or choose another data directory")]
    InUse(PathBuf),
    /// Root runs us and nobody else can.
    #[error("PostgreSQL refuses to run as root and there is no user `postgres` or `nobody` to run it as")]
    NoAccount,
    /// The path of the socket would be too long for the system.
    #[error("the socket folder {0} has too long a path; set XDG_RUNTIME_DIR to a shorter one")]
    SocketPath(PathBuf),
    /// Somebody else made the folder that would hold the socket.
    #[error("{0} exists and is not ours; remove it")]
    SocketFolder(PathBuf),
    /// A file operation failed.
    #[error("cannot {what} {path}")]
    File {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A program of the server could not be run or failed.
    #[error("{program} failed: {detail}")]
    Program {
        /// The program.
        program: PathBuf,
        /// What it printed.
        detail: String,
    },
    /// The server ended or did not become ready in time.
    #[error("PostgreSQL did not start; its log {log} ends with:\n{tail}")]
    Start {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server did not stop cleanly.
    #[error("PostgreSQL in {0} did not stop cleanly; it recovers when it starts again")]
    Stop(PathBuf),
    /// The new server's database cannot be created.
    #[error("cannot create the database")]
    Database(#[source] sqlx::Error),
}

impl LocalPostgresError {
    /// Adds what was tried, and on what, to a file operation's failure.
    pub(super) fn file(what: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { what, path, source }
    }
}
