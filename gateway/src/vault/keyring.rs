//! Key-encryption keys: the current key seals, older keys only open. Invariant: a sealed value contains the id of its
//! key, so exactly one key is tried.

use super::envelope;
use aes_gcm::{Aes256Gcm, KeyInit as _};
use sha2::{Digest as _, Sha256};
use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The length in bytes of the key id in a sealed value.
pub(super) const KEY_ID_BYTES: usize = 8;

/// The maximum number of keys in a keyring.
pub(super) const KEYS_MAX: usize = 16;

/// Why a keyring cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// A line is not 64 hexadecimal digits.
    #[error("line {0} of the key-encryption keys is not 64 hexadecimal digits")]
    Line(usize),
    /// No key, or more than [`KEYS_MAX`].
    #[error("a keyring holds 1 to {KEYS_MAX} keys, one per line, the current one first")]
    Count,
    /// The file cannot be read or created.
    #[error("key-encryption key file {path}")]
    File { path: PathBuf, source: io::Error },
}

/// A key-encryption key with its id, which is a part of its digest.
struct Kek {
    id: [u8; KEY_ID_BYTES],
    cipher: Aes256Gcm,
}

impl Kek {
    fn new(bytes: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(b"waymark/kek-id/1").chain_update(bytes).finalize();
        let mut id = [0; KEY_ID_BYTES];
        id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Self { id, cipher: Aes256Gcm::new(bytes.into()) }
    }
}

/// Key-encryption keys, the current one first.
pub struct Keyring {
    keys: Vec<Kek>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({} keys)", self.keys.len())
    }
}

impl Keyring {
    /// Parses keys: one per line, 64 hexadecimal digits, the current one first. Empty lines are ignored.
    ///
    /// # Errors
    /// [`KeyringError::Line`], [`KeyringError::Count`].
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let mut bytes = Zeroizing::new([0_u8; 32]);
            hex::decode_to_slice(line, &mut *bytes).map_err(|_| KeyringError::Line(index + 1))?;
            keys.push(Kek::new(&bytes));
        }
        if keys.is_empty() || keys.len() > KEYS_MAX { Err(KeyringError::Count) } else { Ok(Self { keys }) }
    }

    /// Reads keys from a file.
    ///
    /// # Errors
    /// Those of [`Keyring::parse`], and [`KeyringError::File`].
    pub fn load(path: &Path) -> Result<Self, KeyringError> {
        let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|source| file_error(path, source))?;
        Self::parse(&text)
    }

    /// Reads keys from a file. If there is no file, creates it with one random key, readable by its owner only. The
    /// file is durable before this returns, because a key that sealed something must not be lost.
    ///
    /// # Errors
    /// Those of [`Keyring::load`].
    pub fn load_or_create(path: &Path) -> Result<Self, KeyringError> {
        if !path.exists() {
            create(path).map_err(|source| file_error(path, source))?;
        }
        Self::load(path)
    }

    /// Seals with the current key; the result begins with the key's id. `associated` says what the secret belongs to:
    /// the same bytes are needed to open it.
    ///
    /// # Panics
    /// When the secret has more than 64 GiB.
    pub fn seal(&self, associated: &[u8], secret: &[u8]) -> Vec<u8> {
        let current = self.keys.first().expect("a keyring holds at least one key");
        let mut out = current.id.to_vec();
        out.extend(envelope::seal(&current.cipher, associated, secret));
        out
    }

    /// Opens with the key that the sealed value names.
    ///
    /// # Errors
    /// Why it does not open: an unknown key, or other bytes than were sealed.
    pub fn open(&self, associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let (id, rest) = sealed.split_first_chunk::<KEY_ID_BYTES>().ok_or("it is too short")?;
        let key = self.keys.iter().find(|key| key.id == *id).ok_or("its key-encryption key is not in the keyring")?;
        envelope::open(&key.cipher, associated, rest).ok_or("it is damaged or belongs to another row")
    }

    /// The id of the current key, 16 hexadecimal digits.
    pub fn current_id(&self) -> String {
        self.keys.first().map(|key| hex::encode(key.id)).unwrap_or_default()
    }

    /// The id of the current key as it begins each sealed value.
    pub(super) fn current_id_bytes(&self) -> [u8; KEY_ID_BYTES] {
        self.keys.first().map(|key| key.id).unwrap_or_default()
    }

    /// The ids of all keys, the current one first.
    pub fn ids(&self) -> Vec<String> {
        self.keys.iter().map(|key| hex::encode(key.id)).collect()
    }

    /// Whether the keyring holds the key with this id.
    pub fn holds(&self, id: &str) -> bool {
        self.keys.iter().any(|key| hex::encode(key.id) == id)
    }

    /// Whether the current key sealed a value.
    pub(super) fn is_current(&self, sealed: &[u8]) -> bool {
        self.keys.first().is_some_and(|current| sealed.starts_with(&current.id))
    }
}

fn file_error(path: &Path, source: io::Error) -> KeyringError {
    KeyringError::File { path: path.to_owned(), source }
}

/// Writes a temporary file in the same folder and links it into place. A crash leaves the whole key or none. If two
/// processes start at once, one link succeeds and both read the same key.
fn create(path: &Path) -> io::Result<()> {
    let mut key = Zeroizing::new([0_u8; 32]);
    rand::fill(&mut *key);
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{}.draft", uuid::Uuid::new_v4().simple()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(Zeroizing::new(hex::encode(*key)).as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    let linked = match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    fs::remove_file(&draft)?;
    linked?;
    fs::File::open(folder)?.sync_all()
}
