//! The original of a restored data directory: the file `restored.json`. Invariant: no node starts on a restored
//! directory while its original is reachable on this machine.

use anyhow::{Context as _, ensure};
use chain_types::{Genesis, codec};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The name of the file in a restored data directory.
pub const FILE: &str = "restored.json";

/// Where a backup was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The absolute path of the original data directory.
    pub original: PathBuf,
    /// The chain's id, 64 hexadecimal digits.
    pub chain_id: String,
}

impl Origin {
    /// Checks that no directory at the original's path holds the chain, except the restored directory itself.
    pub fn check_gone(&self, own: &Path) -> anyhow::Result<()> {
        let original = match fs::canonicalize(&self.original) {
            Ok(original) => original,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("looking for {}", self.original.display())),
        };
        if fs::canonicalize(own).is_ok_and(|own| own == original) {
            return Ok(());
        }
        let bytes = match fs::read(original.join("genesis")) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("looking for {}", self.original.display())),
        };
        let genesis = codec::decode::<Genesis>("a genesis document", &bytes);
        let is_same = genesis.is_ok_and(|genesis| genesis.chain_id().to_string() == self.chain_id);
        ensure!(
            !is_same,
            "the original is still at {}: it may hold newer blocks and signs with the same key. Stop it for good, then \
             delete that directory or move it away",
            original.display()
        );
        Ok(())
    }
}

/// As [`Origin::check_gone`], for a data directory that may have been restored.
pub fn check_origin(data: &Path) -> anyhow::Result<()> {
    let path = data.join(FILE);
    match fs::read(&path) {
        Ok(bytes) => {
            let origin: Origin =
                serde_json::from_slice(&bytes).with_context(|| format!("reading {}", path.display()))?;
            origin.check_gone(data)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::{ChainShape, Home};

    #[test]
    fn an_original_that_is_still_there_is_detected_at_every_start() {
        let parent = tempfile::tempdir().expect("a folder");
        let home = |name: &str| Home::open_or_create(&parent.path().join(name), ChainShape::default());
        let (original, other) = (home("original").expect("a chain"), home("other").expect("another chain"));
        let origin = Origin { original: original.folder.clone(), chain_id: original.genesis.chain_id().to_string() };
        let restored = parent.path().join("restored");
        fs::create_dir(&restored).expect("creates");
        check_origin(&restored).expect("a directory that was not restored");
        fs::write(restored.join(FILE), serde_json::to_vec(&origin).expect("encodes")).expect("writes");
        let error = check_origin(&restored).expect_err("it is there").to_string();
        assert!(error.contains("the original is still at"), "{error}");
        origin.check_gone(&original.folder).expect("the directory was restored in its own place");
        fs::rename(&original.folder, parent.path().join("away")).expect("moves");
        check_origin(&restored).expect("it was moved away");
        fs::rename(&other.folder, &original.folder).expect("moves");
        check_origin(&restored).expect("another chain is in its place");
        fs::write(restored.join(FILE), b"{}").expect("writes");
        check_origin(&restored).expect_err("a damaged file is no permission");
    }
}
