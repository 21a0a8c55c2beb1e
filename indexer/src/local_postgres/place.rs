//! The location of the Postgres server's files, and the lock on them. Invariant: the files are reachable as `postgres`
//! in the data directory. Only one process at a time holds the lock.

use super::{LocalPostgresError, account::Account};
use std::{
    fs::{self, DirBuilder, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The folder of clusters whose user cannot reach the data directory, typically because it is in root's home.
const SHARED_ROOT: &str = "/var/lib/waymark";

/// Creates the data directory and returns its absolute path. Other users may traverse a new one but not list it: the
/// server's user has to.
pub(super) fn create_data_dir(data_dir: &Path) -> Result<PathBuf, LocalPostgresError> {
    create_folder(data_dir, 0o711)?;
    data_dir.canonicalize().map_err(LocalPostgresError::file("find", data_dir))
}

/// Locks the data directory for this process, until the file is closed or the process ends.
pub(super) fn lock(data_dir: &Path) -> Result<fs::File, LocalPostgresError> {
    let path = data_dir.join("postgres.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(LocalPostgresError::file("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LocalPostgresError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(LocalPostgresError::File { what: "lock", path, source }),
    }
}

/// The folder of the server's files, which may not exist yet. If its user cannot reach the data directory, it is
/// elsewhere and `postgres` is a link to it.
pub(super) fn cluster_folder(data_dir: &Path, account: &Account) -> Result<PathBuf, LocalPostgresError> {
    let folder = data_dir.join("postgres");
    if account.can_reach(data_dir) {
        return Ok(folder);
    }
    if let Ok(elsewhere) = fs::read_link(&folder) {
        return Ok(elsewhere);
    }
    let root = Path::new(SHARED_ROOT);
    create_folder(root, 0o711)?;
    let elsewhere = root.join(format!("postgres-{}", Uuid::new_v4().simple()));
    tracing::info!(
        data_dir = %data_dir.display(), folder = %elsewhere.display(),
        "the user that runs PostgreSQL cannot enter the data directory; its files are kept elsewhere"
    );
    std::os::unix::fs::symlink(&elsewhere, &folder).map_err(LocalPostgresError::file("link", &folder))?;
    Ok(elsewhere)
}

fn create_folder(folder: &Path, mode: u32) -> Result<(), LocalPostgresError> {
    DirBuilder::new().recursive(true).mode(mode).create(folder).map_err(LocalPostgresError::file("create", folder))
}
