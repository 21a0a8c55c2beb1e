//! The data folder of a node: paths, lock file and format check. Invariant: at most one process uses the folder at a
//! time. A folder in another format is refused.

use crate::{NodeError, format};
use chain_types::ShardId;
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// The folder of a shard's files within a node's data folder.
pub(crate) fn shard_folder(data_dir: &Path, shard: ShardId) -> PathBuf {
    data_dir.join(format!("shard-{shard}"))
}

/// The folder of a shard's store within a node's data folder, for tools that read the blocks of a stopped node.
pub fn store_folder(data_dir: &Path, shard: ShardId) -> PathBuf {
    shard_folder(data_dir, shard).join("store")
}

/// The folder of a checkpoint within a node's data folder; it exists while a backup is made.
pub fn checkpoint_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("checkpoint")
}

/// Locks the data folder for this process, creates it if necessary, and checks or writes its format mark. The lock is
/// held as long as the returned file.
pub(crate) fn claim(folder: &Path) -> Result<File, NodeError> {
    let lock = lock(folder)?;
    format::check_format(folder)?;
    format::mark(folder)?;
    Ok(lock)
}

fn lock(folder: &Path) -> Result<File, NodeError> {
    let failed = |doing| move |source| NodeError::File { doing, source };
    std::fs::create_dir_all(folder).map_err(failed("creating the data folder"))?;
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(failed("opening the lock file"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NodeError::Locked { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(NodeError::File { doing: "locking the data folder", source }),
    }
}
