//! The file that stores how far a relayer has read. Invariant: the file holds one consistent state of the queue. An
//! older file, or none, costs only reading blocks again. A torn file or one of another chain is ignored.

use super::queue::Progress;
use chain_types::{ChainId, codec};
use std::{fs, io, path::PathBuf};

/// The file and its last written content.
pub(super) struct ProgressFile {
    path: Option<PathBuf>,
    chain_id: ChainId,
    written: Vec<u8>,
}

impl ProgressFile {
    pub(super) const fn new(path: Option<PathBuf>, chain_id: ChainId) -> Self {
        Self { path, chain_id, written: Vec::new() }
    }

    /// The stored progress, or that of a new chain.
    pub(super) fn load(&self, shards: u16) -> Progress {
        let read = self.path.as_ref().and_then(|path| fs::read(path).ok());
        let read = read.and_then(|bytes| codec::decode::<(ChainId, Progress)>("a relayer's progress", &bytes).ok());
        let (_, progress) = read
            .filter(|(chain_id, progress)| *chain_id == self.chain_id && progress.is_for(shards))
            .unwrap_or_else(|| (self.chain_id, Progress::new(shards)));
        progress
    }

    /// Replaces the file when the progress changed.
    pub(super) async fn save(&mut self, progress: &Progress) -> io::Result<()> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        let bytes = codec::encode(&(self.chain_id, progress));
        if bytes == self.written {
            return Ok(());
        }
        let content = bytes.clone();
        let write = move || {
            let next = path.with_extension("next");
            fs::write(&next, content)?;
            fs::rename(next, path)
        };
        tokio::task::spawn_blocking(write).await.map_err(io::Error::other)??;
        self.written = bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::Digest;

    #[tokio::test]
    async fn a_torn_file_or_one_of_another_chain_is_ignored() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("relay");
        let file = |chain| ProgressFile::new(Some(path.clone()), ChainId(Digest([chain; 32])));
        let mut progress = Progress::new(2);
        progress.heights[1] = chain_types::Height(7);
        file(1).save(&progress).await.expect("writes");
        assert_eq!(file(1).load(2), progress);
        assert_eq!(file(2).load(2), Progress::new(2), "another chain");
        assert_eq!(file(1).load(3), Progress::new(3), "another number of shards");
        let whole = fs::read(&path).expect("reads");
        fs::write(&path, &whole[..whole.len() - 1]).expect("writes");
        assert_eq!(file(1).load(2), Progress::new(2), "torn");
    }
}
