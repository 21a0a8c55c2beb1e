//! The data directory: genesis document, keys and folders. Invariant: a key is created once, and only its owner can
//! read it. [`Home::open_or_create`] never replaces an existing chain.

use crate::{
    local_validators,
    members::Members,
    new_chain::{EpochLength, ValidatorKeys, new_genesis},
    restore::origin::check_origin,
};
use anyhow::{Context as _, bail};
use chain_node::NodeConfig;
use chain_types::{Genesis, SecretKey, codec};
use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The default number of shards of a new chain.
pub const SHARDS_DEFAULT: u16 = 2;

/// The default number of validators of a new chain.
const VALIDATORS_DEFAULT: u16 = 1;

/// The folder of the ledger's shards.
const CHAIN: &str = "chain";
/// The mode of the data directory: other users may traverse it but not list it. If root starts the private Postgres, it
/// runs as an unprivileged user that must reach its files.
const THROUGH_MODE: u32 = 0o711;
/// The mode of the folders of the ledger and the keys.
const PRIVATE_MODE: u32 = 0o700;

/// The shape of a new chain. An existing chain must match the fields that are set.
#[derive(Clone, Copy, Default, Debug)]
pub struct ChainShape {
    /// The number of shards.
    pub shards: Option<u16>,
    /// The number of validators, all in this process.
    pub validators: Option<u16>,
}

/// An opened data directory.
pub struct Home {
    /// Its absolute path.
    pub folder: PathBuf,
    pub genesis: Genesis,
    /// The seed of the node's key: a validator's if the genesis document names it.
    pub key: Zeroizing<[u8; 32]>,
    /// The other members of the network; `None` when the whole chain is in this directory.
    pub members: Option<Members>,
    /// The operator's key, which registers tenants.
    pub operator: SecretKey,
    /// Whether the node executes every block, even when it could apply certified write-sets.
    pub executes: bool,
}

impl Home {
    /// Opens a data directory, and creates the chain and its keys if there are none.
    pub fn open_or_create(folder: &Path, shape: ChainShape) -> anyhow::Result<Self> {
        let folder = create_folder(folder, THROUGH_MODE)?;
        let keys = create_folder(&folder.join("keys"), PRIVATE_MODE)?;
        create_folder(&folder.join(CHAIN), PRIVATE_MODE)?;
        let key = seed(&keys.join("node"))?;
        let operator = SecretKey::from_seed(&*seed(&keys.join("operator"))?);
        let path = folder.join("genesis");
        let genesis = if path.exists() {
            read_genesis(&folder)?
        } else {
            let validator = ValidatorKeys::of_seed(&key);
            let validators =
                local_validators::keys(&folder, validator, shape.validators.unwrap_or(VALIDATORS_DEFAULT))?;
            let shards = shape.shards.unwrap_or(SHARDS_DEFAULT);
            let genesis = new_genesis(shards, &validators, operator.public_key(), EpochLength::default())?;
            // The genesis document is written last, so that an interrupted start begins again.
            write_private(&path, &codec::encode(&genesis))?;
            genesis
        };
        let validators = genesis.validators.validators.len();
        let asked_validators = shape.validators.map(usize::from);
        for (asked, held, what) in [
            (shape.shards.map(usize::from), usize::from(genesis.shards), "shards"),
            (asked_validators, validators, "validators"),
        ] {
            if asked.is_some_and(|asked| asked != held) {
                bail!("{} holds a chain of {held} {what}; start it with --{what} {held}", folder.display());
            }
        }
        let members = Members::load(&folder)?;
        Ok(Self { folder, genesis, key, members, operator, executes: false })
    }

    /// Creates a data directory for a member of the chain with this genesis document.
    pub fn create(folder: &Path, genesis: &Genesis, members: &Members) -> anyhow::Result<()> {
        let folder = create_folder(folder, THROUGH_MODE)?;
        write_private(&folder.join("genesis"), &codec::encode(genesis))?;
        members.save(&folder)
    }

    /// The configuration of this directory's node. Refuses a restored directory whose original is still there.
    pub fn node(&self) -> anyhow::Result<NodeConfig> {
        check_origin(&self.folder)?;
        let links = match &self.members {
            Some(members) => Some(members.links()?),
            None => local_validators::links(&self.folder, &self.genesis, &[]),
        };
        let alone = NodeConfig::alone(self.chain(), self.genesis.clone(), self.key.clone());
        Ok(NodeConfig { links, executes: self.executes, ..alone })
    }

    /// The folder of the ledger's shards.
    pub fn chain(&self) -> PathBuf {
        chain_folder(&self.folder)
    }

    /// The file with the relayer's position.
    pub fn relay(&self) -> PathBuf {
        self.folder.join("relay")
    }

    /// The file of the key-encryption key.
    pub fn kek(&self) -> PathBuf {
        Self::kek_of(&self.folder)
    }

    /// The file of the key-encryption key of a data directory.
    pub fn kek_of(data: &Path) -> PathBuf {
        data.join("keys").join("kek")
    }
}

/// Reads the genesis document of a data directory, if this build supports its version.
pub fn read_genesis(data: &Path) -> anyhow::Result<Genesis> {
    chain_node::check_format(&chain_folder(data))?;
    let path = data.join("genesis");
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    codec::decode("a genesis document", &bytes).with_context(|| format!("reading {}", path.display()))
}

/// The folder of the ledger's shards in a data directory.
pub fn chain_folder(data: &Path) -> PathBuf {
    data.join(CHAIN)
}

/// The key of a data directory's node; created if it does not exist.
pub fn node_key(folder: &Path) -> anyhow::Result<SecretKey> {
    create_folder(folder, THROUGH_MODE)?;
    Ok(SecretKey::from_seed(&*node_seed(folder)?))
}

/// The seed of that key; created if it does not exist, like the folder, which only its owner can read.
pub fn node_seed(folder: &Path) -> anyhow::Result<Zeroizing<[u8; 32]>> {
    let keys = create_folder(&folder.join("keys"), PRIVATE_MODE)?;
    seed(&keys.join("node"))
}

/// The key of a data directory's operator; created if it does not exist.
pub fn operator_key(folder: &Path) -> anyhow::Result<SecretKey> {
    let folder = create_folder(folder, THROUGH_MODE)?;
    let keys = create_folder(&folder.join("keys"), PRIVATE_MODE)?;
    Ok(SecretKey::from_seed(&*seed(&keys.join("operator"))?))
}

/// Reads a seed from a file; created if it does not exist.
fn seed(path: &Path) -> anyhow::Result<Zeroizing<[u8; 32]>> {
    if !path.exists() {
        write_private(path, hex::encode(rand::random::<[u8; 32]>()).as_bytes())?;
    }
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut seed = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut *seed)
        .with_context(|| format!("{} does not hold 64 hexadecimal digits", path.display()))?;
    Ok(seed)
}

/// Creates a folder that only its owner can open, and returns its absolute path.
pub fn create_private(folder: &Path) -> anyhow::Result<PathBuf> {
    create_folder(folder, PRIVATE_MODE)
}

/// Creates a folder with this mode, if it does not exist, and returns its absolute path.
fn create_folder(folder: &Path, mode: u32) -> anyhow::Result<PathBuf> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(folder)
        .with_context(|| format!("creating {}", folder.display()))?;
    fs::canonicalize(folder).with_context(|| format!("opening {}", folder.display()))
}

/// Writes a file atomically and durably: after a crash it has its old or its new content. Only its owner may read it.
pub fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let next = path.with_extension("next");
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&next)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&next, path)?;
        // The parent of a name without a folder is the empty path.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn other_users_may_traverse_and_read_nothing() {
        let parent = tempfile::tempdir().expect("a folder");
        let home = Home::open_or_create(&parent.path().join("data"), ChainShape::default()).expect("a data directory");
        assert_eq!(mode(&home.folder), 0o711);
        for folder in ["keys", "chain"] {
            assert_eq!(mode(&home.folder.join(folder)), 0o700, "{folder}");
        }
        for file in ["genesis", "keys/node", "keys/operator"] {
            assert_eq!(mode(&home.folder.join(file)), 0o600, "{file}");
        }
    }

    #[test]
    fn a_directory_of_protocol_1_is_refused_with_a_way_out() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("data");
        let home = Home::open_or_create(&data, ChainShape::default()).expect("a data directory");
        // Protocol 1 had shard folders but no marker file.
        fs::create_dir(home.chain().join("shard-0")).expect("the folder is there");
        let refused = Home::open_or_create(&data, ChainShape::default()).err().expect("it is refused").to_string();
        assert!(refused.contains("written by protocol 1") && refused.contains("waymark up --data DIR"), "{refused}");
    }

    #[test]
    fn a_directory_keeps_its_chain_its_shards_and_its_validators() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("data");
        let shape = |shards, validators| ChainShape { shards, validators };
        let first = Home::open_or_create(&data, shape(Some(3), Some(4))).expect("a data directory");
        let again = Home::open_or_create(&data, ChainShape::default()).expect("the same data directory");
        assert_eq!(again.genesis, first.genesis);
        assert_eq!(again.key, first.key);
        assert_eq!(first.genesis.validators.validators.len(), 4);
        for (other, hint) in [(shape(Some(2), None), "--shards 3"), (shape(Some(3), Some(1)), "--validators 4")] {
            let refused = Home::open_or_create(&data, other).err().expect("another chain is asked for").to_string();
            assert!(refused.contains(hint), "{refused}");
        }
    }
}
