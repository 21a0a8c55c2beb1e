//! Copies the store while it is in use. Invariant: the copy holds whole blocks up to one height, and opens like any
//! other store. Later writes do not reach it.

use crate::{Store, StoreError};
use rocksdb::checkpoint::Checkpoint;
use std::path::Path;

impl Store {
    /// Writes a copy of the store into a new folder. On one file system the large files are hard links, so this takes
    /// milliseconds and little space, until the store drops files that the copy keeps.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the folder exists, or the disk is full. It may leave a part of the folder.
    pub fn checkpoint(&self, folder: &Path) -> Result<(), StoreError> {
        let failed = |source| StoreError::Database { doing: "writing a checkpoint", source };
        Checkpoint::new(&self.db).and_then(|checkpoint| checkpoint.create_checkpoint(folder)).map_err(failed)
    }
}
