//! Copies the stores of all shards of a running node, for a backup. Invariant: the copies are one moment of the ledger:
//! while they are made, no shard makes or receives a block. So a message that one copy has received, another has sent.

use crate::{NodeError, NodeHandle, Tip, folder::checkpoint_folder, request::Request};
use chain_types::ShardId;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// The longest time that the shards stand still for a checkpoint. After it they continue, and the checkpoint fails.
pub const HOLD_MAX: Duration = Duration::from_secs(10);

/// Asks a shard to stand still.
pub(crate) struct Hold {
    /// Receives the shard's tip once it stands still.
    pub(crate) held: oneshot::Sender<Tip>,
    /// The shard continues when the other end is dropped, or after [`HOLD_MAX`].
    pub(crate) release: Receiver<()>,
}

impl Hold {
    /// Stands still until the checkpoint is made.
    pub(crate) fn stand_still(self, tip: Tip) {
        if self.held.send(tip).is_ok() {
            let _ = self.release.recv_timeout(HOLD_MAX);
        }
    }
}

impl NodeHandle {
    /// Copies the stores of all shards into the node's checkpoint folder, which must not exist. Returns the folder and
    /// the tip of each shard in the copy. The store of shard N is in the folder `shard-N`.
    ///
    /// # Errors
    /// [`NodeError::File`] when the folder exists or cannot be written, [`NodeError::Store`] when a store cannot be
    /// copied, [`NodeError::HeldTooLong`] when that took longer than [`HOLD_MAX`]. No folder remains.
    pub async fn checkpoint(&self) -> Result<(PathBuf, Vec<Tip>), NodeError> {
        let folder = checkpoint_folder(&self.shared.data_dir);
        create(&folder).map_err(|source| NodeError::File { doing: "creating the folder of a checkpoint", source })?;
        let copied = self.copy_stores(&folder).await;
        if copied.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        copied.map(|tips| (folder, tips))
    }

    async fn copy_stores(&self, folder: &Path) -> Result<Vec<Tip>, NodeError> {
        let mut released: Vec<Sender<()>> = Vec::new();
        let mut tips = Vec::new();
        let began = Instant::now();
        for shard in (0..self.shards()).map(ShardId) {
            let (held, holds) = oneshot::channel();
            let (sender, release) = bounded(0);
            self.ask(shard, Request::Hold(Hold { held, release })).await?;
            released.push(sender);
            tips.push(holds.await.map_err(|_| NodeError::Stopped { shard })?);
        }
        let stores: Vec<_> = self.shared.shards.iter().map(|port| port.store.clone()).collect();
        let folder = folder.to_owned();
        let copy = move || {
            for (shard, store) in (0..).map(ShardId).zip(stores) {
                let target = folder.join(format!("shard-{shard}"));
                store.checkpoint(&target).map_err(|source| NodeError::Store { shard, source })?;
            }
            Ok::<_, NodeError>(())
        };
        tokio::task::spawn_blocking(copy).await.map_err(|_| NodeError::Stopped { shard: ShardId(0) })??;
        let is_in_time = began.elapsed() < HOLD_MAX;
        drop(released);
        if is_in_time { Ok(tips) } else { Err(NodeError::HeldTooLong) }
    }
}

fn create(folder: &Path) -> io::Result<()> {
    std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700).create(folder)
}

/// Removes a checkpoint that an interrupted backup left.
pub(crate) fn clear(data_dir: &Path) -> Result<(), NodeError> {
    match fs::remove_dir_all(checkpoint_folder(data_dir)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(NodeError::File { doing: "removing an old checkpoint", source: error })
        }
        _ => Ok(()),
    }
}
