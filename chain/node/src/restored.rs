//! A node's folder that was restored from a backup. Invariant: its validator never contradicts a vote that the original
//! signed after the backup.
//!
//! A backup holds no journal, because the original may have signed more afterwards. So a restored validator has to
//! avoid every height that the original may have voted at, and nothing on disk or from a peer tells which those are.
//! Among other validators it therefore signs no vote and no promise any more: it follows, and its operator gives a
//! validator's seat to a new key. Without peers there is nobody to follow: the chain continues from the backup, on the
//! operator's word that the original is gone.

use crate::{
    NodeError,
    folder::{claim, shard_folder, store_folder},
    journal::Journal,
};
use chain_store::{Store, StoreError};
use chain_types::{Digest, Height, ShardId};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// The name of the mark's file.
const FILE: &str = "restored";

/// The last block of a restored shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RestoredTip {
    pub shard: ShardId,
    /// Its height; 0 without blocks.
    pub height: Height,
    /// Its digest; zero without blocks.
    pub digest: Digest,
}

/// Prepares an empty folder for the stores of a checkpoint: marks its format, and that it was restored. Without the
/// first mark, a folder with shards counts as one of an older protocol.
///
/// # Errors
/// [`NodeError`] when the folder is in use or cannot be written.
pub fn prepare_restored(data_dir: &Path) -> Result<(), NodeError> {
    let _lock = claim(data_dir)?;
    let mark = || -> io::Result<()> {
        let mut file = File::create(data_dir.join(FILE))?;
        writeln!(file, "This folder was restored from a backup. Do not delete this file.")?;
        file.sync_all()?;
        File::open(data_dir)?.sync_all()
    };
    mark().map_err(|source| NodeError::File { doing: "marking a restored folder", source })
}

/// Completes a prepared folder in which `shard-N/store` of each shard was copied from a checkpoint: begins a journal
/// after each store's last block.
///
/// # Errors
/// [`NodeError`] when a store is damaged, or the disk fails.
pub fn settle_restored(data_dir: &Path, shards: u16) -> Result<Vec<RestoredTip>, NodeError> {
    (0..shards).map(|shard| settle_shard(data_dir, ShardId(shard))).collect()
}

fn settle_shard(data_dir: &Path, shard: ShardId) -> Result<RestoredTip, NodeError> {
    let failed = |source| NodeError::Store { shard, source };
    let store = Store::open(&store_folder(data_dir, shard)).map_err(failed)?;
    let Some(tip) = store.tip().map_err(failed)? else {
        return Ok(RestoredTip { shard, height: Height(0), digest: Digest::ZERO });
    };
    let missing = || failed(StoreError::Missing { what: "block", height: tip.height });
    let block = store.block(tip.height).map_err(failed)?.ok_or_else(missing)?;
    let digest = block.header.digest();
    let begin = || Journal::open(&shard_folder(data_dir, shard).join("journal"))?.begin_after(block.certificate);
    begin().map_err(|source| NodeError::File { doing: "beginning the journal of a restored shard", source })?;
    Ok(RestoredTip { shard, height: tip.height, digest })
}

/// Whether a folder was restored from a backup.
pub(crate) fn is_restored(data_dir: &Path) -> Result<bool, NodeError> {
    let exists = fs::exists(data_dir.join(FILE));
    exists.map_err(|source| NodeError::File { doing: "looking for the mark of a restored folder", source })
}
