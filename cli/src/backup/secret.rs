//! The secrets of a backup: the keys of the node and of the operator, and the sandbox's credentials. Invariant: they
//! are sealed with the key-encryption key and bound to the manifest, so that neither can be changed without that key.

use crate::home::write_private;
use anyhow::{Context as _, ensure};
use gateway::vault::Keyring;
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fs, io, path::Path};
use zeroize::Zeroizing;

/// The name of the file.
pub const SECRETS: &str = "secrets";
/// The largest file that is read, in bytes.
pub const SECRETS_BYTES_MAX: u64 = 1024 * 1024;
/// The files of a data directory that are secret.
const FILES: [&str; 3] = ["keys/node", "keys/operator", "sandbox.json"];

/// The content of each secret file that a data directory has, by its path.
pub struct Secrets(BTreeMap<String, Zeroizing<String>>);

impl Secrets {
    /// Reads the secrets of a data directory.
    pub fn read(data: &Path) -> anyhow::Result<Self> {
        let mut found = BTreeMap::new();
        for name in FILES {
            match fs::read_to_string(data.join(name)) {
                Ok(text) => drop(found.insert(name.to_owned(), Zeroizing::new(text))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("reading {}", data.join(name).display())),
            }
        }
        Ok(Self(found))
    }

    /// Seals the secrets for a manifest.
    pub fn seal(&self, keyring: &Keyring, manifest: &[u8]) -> Vec<u8> {
        let plain: BTreeMap<_, &str> = self.0.iter().map(|(name, text)| (name, text.as_str())).collect();
        let text = Zeroizing::new(serde_json::to_vec(&plain).expect("texts encode"));
        keyring.seal(&associated(manifest), &text)
    }

    /// Opens the secrets of a manifest.
    pub fn open(keyring: &Keyring, manifest: &[u8], sealed: &[u8]) -> anyhow::Result<Self> {
        let opened = keyring.open(&associated(manifest), sealed);
        let opened = opened.map_err(|_| {
            anyhow::anyhow!(
                "the key-encryption key does not open this backup: it is another key, or the backup was changed"
            )
        })?;
        let found: BTreeMap<String, String> = serde_json::from_slice(&opened).context("the secrets are damaged")?;
        ensure!(found.keys().all(|name| FILES.contains(&name.as_str())), "the backup has an unknown secret");
        Ok(Self(found.into_iter().map(|(name, text)| (name, Zeroizing::new(text))).collect()))
    }

    /// Writes the secrets into a data directory, whose folder `keys` exists.
    pub fn write(&self, data: &Path) -> anyhow::Result<()> {
        self.0.iter().try_for_each(|(name, text)| write_private(&data.join(name), text.as_bytes()))
    }
}

/// What the secrets are bound to.
fn associated(manifest: &[u8]) -> Vec<u8> {
    let mut bytes = b"waymark/backup/1".to_vec();
    bytes.extend(Sha256::digest(manifest));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_open_with_their_key_and_their_manifest_alone() {
        let data = tempfile::tempdir().expect("a folder");
        fs::create_dir(data.path().join("keys")).expect("creates");
        fs::write(data.path().join("keys/node"), "seed").expect("writes");
        let (key, other) = (Keyring::parse(&"07".repeat(32)), Keyring::parse(&"08".repeat(32)));
        let (key, other) = (key.expect("a key"), other.expect("a key"));
        let sealed = Secrets::read(data.path()).expect("reads").seal(&key, b"manifest");
        assert!(!sealed.windows(4).any(|bytes| bytes == b"seed"), "nothing is readable");
        let opened = Secrets::open(&key, b"manifest", &sealed).expect("opens");
        let target = tempfile::tempdir().expect("a folder");
        fs::create_dir(target.path().join("keys")).expect("creates");
        opened.write(target.path()).expect("writes");
        assert_eq!(fs::read_to_string(target.path().join("keys/node")).expect("it is there"), "seed");
        assert!(Secrets::open(&key, b"Manifest", &sealed).is_err(), "another manifest");
        assert!(Secrets::open(&other, b"manifest", &sealed).is_err(), "another key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(Secrets::open(&key, b"manifest", &changed).is_err(), "byte {at} was changed");
            assert!(Secrets::open(&key, b"manifest", &sealed[..at]).is_err(), "cut at {at}");
        }
        let foreign = key.seal(&associated(b"manifest"), br#"{"../../etc/passwd":"x"}"#);
        assert!(Secrets::open(&key, b"manifest", &foreign).is_err(), "an unknown path");
    }
}
