//! How far a relayer read, in a file. Invariant: notes are one consistent moment of the agenda, so older ones, or none,
//! cost reading blocks again and nothing else; a file that is torn or of another chain counts as none.

use super::agenda::Notes;
use chain_types::{ChainId, codec};
use std::{fs, io, path::PathBuf};

/// The file, and what it holds.
pub(super) struct Memory {
    path: Option<PathBuf>,
    chain_id: ChainId,
    written: Vec<u8>,
}

impl Memory {
    pub(super) const fn new(path: Option<PathBuf>, chain_id: ChainId) -> Self {
        Self { path, chain_id, written: Vec::new() }
    }

    /// What was noted, or notes of a chain's beginning.
    pub(super) fn load(&self, shards: u16) -> Notes {
        let read = self.path.as_ref().and_then(|path| fs::read(path).ok());
        let read = read.and_then(|bytes| codec::decode::<(ChainId, Notes)>("a relayer's notes", &bytes).ok());
        let (_, notes) = read
            .filter(|(chain_id, notes)| *chain_id == self.chain_id && notes.is_for(shards))
            .unwrap_or_else(|| (self.chain_id, Notes::new(shards)));
        notes
    }

    /// Replaces the file when something changed.
    pub(super) async fn save(&mut self, notes: &Notes) -> io::Result<()> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        let bytes = codec::encode(&(self.chain_id, notes));
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
    async fn torn_notes_and_notes_of_another_chain_count_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("relay");
        let memory = |chain| Memory::new(Some(path.clone()), ChainId(Digest([chain; 32])));
        let mut notes = Notes::new(2);
        notes.heights[1] = chain_types::Height(7);
        memory(1).save(&notes).await.expect("writes");
        assert_eq!(memory(1).load(2), notes);
        assert_eq!(memory(2).load(2), Notes::new(2), "another chain");
        assert_eq!(memory(1).load(3), Notes::new(3), "another number of shards");
        let whole = fs::read(&path).expect("reads");
        fs::write(&path, &whole[..whole.len() - 1]).expect("writes");
        assert_eq!(memory(1).load(2), Notes::new(2), "torn");
    }
}
