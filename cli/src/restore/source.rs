//! A backup that is being read: its checked manifest, and copies of its files with checked digests. Invariant: only
//! regular files that the manifest lists are read, and no symbolic link is followed. Bytes with another digest are used
//! for nothing.

use crate::{
    backup::{
        file::{copy_file, open_regular},
        manifest::{
            DATABASE, FileEntry, GENESIS, KEK, LEDGER, MANIFEST, MANIFEST_BYTES_MAX, Manifest, NETWORK, table_file,
        },
        secret::{SECRETS, SECRETS_BYTES_MAX, Secrets},
    },
    database::{Database, DatabaseArguments},
    home::{chain_folder, create_private, write_private},
    terminal::Steps,
};
use anyhow::{Context as _, ensure};
use chain_node::{RestoredTip, prepare_restored, settle_restored, store_folder};
use chain_types::{Genesis, ShardId, codec};
use gateway::{backup, vault::Keyring};
use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// A backup with a checked manifest and opened secrets.
pub struct Backup {
    folder: PathBuf,
    pub manifest: Manifest,
    secrets: Secrets,
    kek: Zeroizing<String>,
}

impl Backup {
    /// Opens a backup with the key-encryption keys of a file, or with its own.
    pub fn open(folder: &Path, kek_file: Option<&Path>) -> anyhow::Result<Self> {
        let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
        ensure!(is_folder, "{} is no folder", folder.display());
        let path = folder.join(MANIFEST);
        ensure!(
            path.exists(),
            "{} has no {MANIFEST}: it is no backup, or one that was not completed",
            folder.display()
        );
        let text = read_small(&path, MANIFEST_BYTES_MAX)?;
        let manifest = Manifest::parse(&text).with_context(|| format!("reading {}", path.display()))?;
        let kek_file = if let Some(file) = kek_file {
            file.to_owned()
        } else {
            let is_in = manifest.file(KEK).is_some();
            ensure!(is_in, "the keys in this backup are sealed: name the key-encryption keys with --kek-file");
            folder.join(KEK)
        };
        let kek = read_small(&kek_file, SECRETS_BYTES_MAX)?;
        let kek = Zeroizing::new(String::from_utf8(kek).context("the key-encryption keys are no text")?);
        let keyring = Keyring::parse(&kek).with_context(|| format!("reading {}", kek_file.display()))?;
        let sealed = read_small(&folder.join(SECRETS), SECRETS_BYTES_MAX)?;
        let secrets = Secrets::open(&keyring, &text, &sealed)?;
        Ok(Self { folder: folder.to_owned(), manifest, secrets, kek })
    }

    /// The bytes that a restore writes: each table is copied once more before it is loaded.
    pub fn bytes_needed(&self) -> u64 {
        let is_table = |path: &str| path.starts_with(DATABASE);
        let bytes = |file: &FileEntry| if is_table(&file.path) { file.bytes.saturating_mul(2) } else { file.bytes };
        self.manifest.files.iter().map(bytes).fold(0, u64::saturating_add)
    }

    /// Copies a file of the backup and checks its digest.
    fn copy(&self, path: &str, target: &Path) -> anyhow::Result<()> {
        let entry = self.manifest.file(path).with_context(|| format!("the backup has no {path}"))?;
        self.check_folders(path)?;
        let copied = copy_file(&self.folder.join(path), target)?;
        let is_same = copied.bytes == entry.bytes && copied.sha256 == entry.sha256;
        ensure!(is_same, "{path} is not what the manifest says: the backup is damaged or was changed");
        Ok(())
    }

    /// Refuses a file whose folder was replaced by a symbolic link.
    fn check_folders(&self, path: &str) -> anyhow::Result<()> {
        let mut folder = self.folder.clone();
        let parts: Vec<_> = path.split('/').collect();
        for part in parts.iter().take(parts.len().saturating_sub(1)) {
            folder.push(part);
            let is_folder = fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir());
            ensure!(is_folder, "{} is no folder", folder.display());
        }
        Ok(())
    }

    /// Checks every file, each through a copy that is removed at once.
    pub fn check_files(&self) -> anyhow::Result<()> {
        let scratch = tempfile::tempdir().context("creating a temporary folder")?;
        let target = scratch.path().join("file");
        for FileEntry { path, .. } in &self.manifest.files {
            self.copy(path, &target)?;
            fs::remove_file(&target).context("removing a temporary file")?;
        }
        Ok(())
    }

    /// Writes ledger, keys and documents into a new data directory.
    pub fn write(&self, data: &Path) -> anyhow::Result<()> {
        let keys = create_private(&data.join("keys"))?;
        let chain = create_private(&chain_folder(data))?;
        self.copy(GENESIS, &data.join(GENESIS))?;
        let bytes = fs::read(data.join(GENESIS)).context("reading the genesis document")?;
        let genesis: Genesis = codec::decode("a genesis document", &bytes)?;
        genesis.check()?;
        let is_same = genesis.chain_id().to_string() == self.manifest.chain_id
            && usize::from(genesis.shards) == self.manifest.shards.len();
        ensure!(is_same, "the genesis document is not that of the manifest");
        if self.manifest.file(NETWORK).is_some() {
            self.copy(NETWORK, &data.join(NETWORK))?;
        }
        prepare_restored(&chain)?;
        for FileEntry { path, .. } in &self.manifest.files {
            let Some((shard, name)) = ledger_file(path) else { continue };
            self.copy(path, &store_folder(&chain, ShardId(shard)).join(name))?;
        }
        let tips = settle_restored(&chain, genesis.shards)?;
        self.check_tips(&tips)?;
        self.secrets.write(data)?;
        write_private(&keys.join("kek"), self.kek.as_bytes())
    }

    fn check_tips(&self, tips: &[RestoredTip]) -> anyhow::Result<()> {
        for (tip, entry) in tips.iter().zip(&self.manifest.shards) {
            let is_same = tip.height.0 == entry.height && tip.digest.to_string() == entry.digest;
            ensure!(is_same, "the store of shard {} ends at another block than the manifest says", entry.shard);
        }
        Ok(())
    }

    /// Loads the tables into an empty database, as the migrations of the backup made it, and then migrates it.
    pub async fn load_database(&self, data: &Path, given: &DatabaseArguments, steps: &mut Steps) -> anyhow::Result<()> {
        let Some(entry) = &self.manifest.database else { return Ok(()) };
        let newest = indexer::migrate::newest();
        ensure!(
            entry.version <= newest,
            "the backup's tables have version {}, and this build knows {newest}: restore with the newer build",
            entry.version
        );
        let scratch = tempfile::tempdir_in(data).context("creating a temporary folder")?;
        let mut tables = Vec::with_capacity(entry.tables.len());
        for table in &entry.tables {
            // A copy is loaded, not the backup's file, so that the bytes with the right digest are those that are read.
            let file = scratch.path().join(&table.name);
            self.copy(&table_file(table), &file)?;
            tables.push((table.clone(), file));
        }
        let database = Database::open_at(given, data, entry.version, steps).await?;
        let loaded = backup::load(&database.administrator_url, &tables).await.context("loading the database");
        let migrated = match loaded {
            Ok(()) => indexer::migrate::migrate(&database.urls.migrator).await.context("migrating the database"),
            Err(error) => Err(error),
        };
        database.close().await?;
        migrated?;
        steps.done("database is loaded");
        Ok(())
    }
}

/// The shard and the name of a file of a store.
fn ledger_file(path: &str) -> Option<(u16, &str)> {
    let (shard, name) = path.strip_prefix(LEDGER)?.strip_prefix("/shard-")?.split_once('/')?;
    Some((shard.parse().ok()?, name))
}

fn read_small(path: &Path, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = open_regular(path)?.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes);
    read.with_context(|| format!("reading {}", path.display()))?;
    ensure!(bytes.len() as u64 <= bytes_max, "{} has more than {bytes_max} bytes", path.display());
    Ok(bytes)
}
