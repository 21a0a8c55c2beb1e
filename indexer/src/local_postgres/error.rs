//! The errors of the private Postgres server. Invariant: an error that the user can fix names the fix.

use std::{io, path::PathBuf};

/// A private Postgres that could not be started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum LocalPostgresError {
    /// There are no server binaries of a supported version.
    #[error(
        "no PostgreSQL {wanted} server found; install one (Debian, Ubuntu: `apt-get install postgresql`; macOS: \
         `brew install postgresql@17`), name its folder in PG_BIN_DIR, or name a running server in DATABASE_URL"
    )]
    NotInstalled {
        /// The supported versions.
        wanted: String,
    },
    /// The data directory belongs to a running process.
    #[error("{0} is in use by another waymark process; stop it or choose another data directory")]
    InUse(PathBuf),
    /// The process runs as root, and there is no unprivileged user.
    #[error("PostgreSQL refuses to run as root and there is no user `postgres` or `nobody` to run it as")]
    NoAccount,
    /// The path of the socket would exceed the system's limit.
    #[error("the socket folder {0} has too long a path; set XDG_RUNTIME_DIR to a shorter one")]
    SocketPath(PathBuf),
    /// Another user owns the folder that would contain the socket.
    #[error("{0} exists and belongs to another user; remove it")]
    SocketFolder(PathBuf),
    /// A file operation failed.
    #[error("cannot {what} {path}")]
    File {
        /// The operation.
        what: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// A program of the server could not be run, or failed.
    #[error("{program} failed: {detail}")]
    Program {
        program: PathBuf,
        /// Its output.
        detail: String,
    },
    /// The server ended, or did not become ready in time.
    #[error("PostgreSQL did not start; its log {log} ends with:\n{tail}")]
    Start {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server did not stop cleanly.
    #[error("PostgreSQL did not stop cleanly; it recovers when it starts again")]
    Stop,
    /// The new server's database or its roles cannot be created.
    #[error("cannot create the database")]
    Database(#[source] sqlx::Error),
    /// The server ended again and again.
    #[error(
        "PostgreSQL ended {times} times within {seconds} s and is not started again; its log {log} ends with:\n{tail}"
    )]
    EndsAgain { times: usize, seconds: u64, log: PathBuf, tail: String },
}

impl LocalPostgresError {
    /// Adds the operation and the path to the error of a file operation.
    pub(super) fn file(what: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { what, path, source }
    }
}
