//! The folder of the Postgres server's Unix socket. Invariant: only the server's user and root can enter the folder.
//! The socket's path fits the limit of every supported system.

use super::{LocalPostgresError, NAME, account::Account};
use sha2::{Digest as _, Sha256};
use std::{
    env, fs,
    io::ErrorKind,
    os::unix::{ffi::OsStrExt as _, fs::DirBuilderExt as _},
    path::{Path, PathBuf},
};

/// The maximum bytes of a socket's path without the terminator: macOS allows 103, Linux 107.
const SOCKET_PATH_BYTES_MAX: usize = 103;
/// The name of the socket. The port's number has no other use.
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The lock file of the server that created the socket.
const LOCK_NAME: &str = ".s.PGSQL.5432.lock";

/// A private folder that contains the socket; removed when dropped.
#[derive(Debug)]
pub(super) struct SocketFolder {
    path: PathBuf,
    is_kept: bool,
}

impl SocketFolder {
    /// Creates the folder, or takes over the one of an earlier process. Its name is derived from the data directory, so
    /// that two data directories use different folders.
    pub(super) fn create(data_dir: &Path, account: &Account) -> Result<Self, LocalPostgresError> {
        let name = Sha256::digest(data_dir.as_os_str().as_bytes());
        let name = format!("waymark-{}", hex::encode(&name[..8]));
        let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let root = runtime.filter(|root| root.is_absolute() && root.is_dir() && account.can_reach(root));
        let folder = root.unwrap_or_else(|| PathBuf::from("/tmp")).join(name);
        if folder.join(SOCKET_NAME).as_os_str().len() > SOCKET_PATH_BYTES_MAX {
            return Err(LocalPostgresError::SocketPath(folder));
        }
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => account.own_folder(&folder)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // Any user may create names in /tmp, and a link would lead elsewhere.
                let is_ours = fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir() && account.owns(&found));
                if !is_ours {
                    return Err(LocalPostgresError::SocketFolder(folder));
                }
                account.own_folder(&folder)?;
            }
            Err(source) => return Err(LocalPostgresError::File { what: "create", path: folder, source }),
        }
        Ok(Self { path: folder, is_kept: false })
    }

    /// Removes the socket and lock file of a server that is down. A killed server leaves its lock file, and a new one
    /// refuses to start while its process id is in use, be it by another process or by a zombie.
    pub(super) fn clear(&self) -> Result<(), LocalPostgresError> {
        for name in [LOCK_NAME, SOCKET_NAME] {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(LocalPostgresError::File { what: "remove", path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The superuser's URL of a database of the server with this socket.
    pub(super) fn url(&self, database: &str) -> String {
        self.url_as(NAME, database)
    }

    /// The URL of a database for a role. The port is a part of the socket's name.
    pub(super) fn url_as(&self, role: &str, database: &str) -> String {
        let mut url = format!("postgres://{role}@localhost:5432/{database}?host=");
        for byte in self.path.as_os_str().as_bytes() {
            if byte.is_ascii_alphanumeric() || b"/-._".contains(byte) {
                url.push(char::from(*byte));
            } else {
                url.push('%');
                url.push_str(&hex::encode_upper([*byte]));
            }
        }
        url
    }

    /// Keeps the folder for a server that continues to run.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        // A server that is still stopping does not need it, and the next start takes over what cannot be removed.
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::debug!(folder = %self.path.display(), %error, "the socket's folder stays");
        }
    }
}
