//! The files of a backup that is being made: copies of the stores, the database and the documents. Invariant: the
//! stores are of one moment. The database's snapshot is taken after them, while no operation begins or is decided.

use super::{
    BackupArguments, Checkpoint,
    file::{Copied, Room, bytes_below, copy_file, now_ms, write_stream},
    manifest::{Database, FORMAT, FileEntry, GENESIS, KEK, LEDGER, Manifest, NETWORK, table_file},
};
use crate::{
    control::{Request, ask},
    home::{chain_folder, read_genesis},
};
use anyhow::{Context as _, ensure};
use chain_node::checkpoint_folder;
use gateway::backup;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Excludes other backups of the data directory until the returned file is closed.
pub fn take_turn(data: &Path) -> anyhow::Result<fs::File> {
    let path = chain_folder(data).join("backup.lock");
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("opening {}", path.display()))?;
    ensure!(file.try_lock().is_ok(), "another backup of {} is being made", data.display());
    Ok(file)
}

/// A checkpoint that is removed in the end, also after a failure.
struct CheckpointFolder(PathBuf);

impl Drop for CheckpointFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The files of a backup that is being made.
pub struct Draft<'a> {
    /// The data directory.
    pub data: &'a Path,
    /// The folder that is filled.
    pub into: &'a Path,
    /// What is in it so far.
    pub files: Vec<FileEntry>,
}

impl Draft<'_> {
    /// Copies everything but the secrets, and returns the manifest.
    pub async fn everything(
        mut self,
        arguments: &BackupArguments,
        kek_file: &Path,
        database_url: Option<&str>,
    ) -> anyhow::Result<Manifest> {
        let created_ms = now_ms();
        let genesis = read_genesis(self.data)?;
        // Nobody else makes a checkpoint now, so this one is of a backup that was interrupted.
        let checkpoint = CheckpointFolder(checkpoint_folder(&chain_folder(self.data)));
        if checkpoint.0.exists() {
            fs::remove_dir_all(&checkpoint.0).context("removing an old checkpoint")?;
        }
        let held = match database_url {
            Some(url) => Some(backup::hold(url).await.context("stopping the decisions of operations for a moment")?),
            None => None,
        };
        let Checkpoint { shards } = ask(self.data, &Request::Checkpoint).await?;
        let snapshot = match held {
            Some(held) => Some(held.snapshot().await.context("taking a snapshot of the database")?),
            None => None,
        };
        Room::in_folder(self.into)?.check(bytes_below(&checkpoint.0)?)?;
        for entry in &shards {
            self.ledger(&checkpoint.0, entry.shard)?;
        }
        drop(checkpoint);
        let database = match snapshot {
            Some(snapshot) => Some(self.database(snapshot).await?),
            None => None,
        };
        self.file(&self.data.join(GENESIS), GENESIS)?;
        let network = self.data.join(NETWORK);
        if network.exists() {
            self.file(&network, NETWORK)?;
        }
        if arguments.with_kek {
            self.file(kek_file, KEK)?;
        }
        Ok(Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            created_ms,
            chain_id: genesis.chain_id().to_string(),
            original: self.data.to_owned(),
            shards,
            database,
            files: self.files,
        })
    }

    /// Copies a shard's store.
    fn ledger(&mut self, checkpoint: &Path, shard: u16) -> anyhow::Result<()> {
        let folder = format!("shard-{shard}");
        let mut names: Vec<_> = fs::read_dir(checkpoint.join(&folder))
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .context("reading the checkpoint")?
            .iter()
            .map(fs::DirEntry::file_name)
            .collect();
        names.sort();
        for name in names {
            let name = name.to_str().context("a file of the store has an unusual name")?;
            self.file(&checkpoint.join(&folder).join(name), &format!("{LEDGER}/{folder}/{name}"))?;
        }
        Ok(())
    }

    async fn database(&mut self, mut snapshot: backup::Snapshot) -> anyhow::Result<Database> {
        let tables = snapshot.tables().await.context("listing the tables")?;
        for table in &tables {
            let path = table_file(table);
            let rows = snapshot.rows(table).await.with_context(|| format!("reading app.{}", table.name))?;
            let copied = write_stream(rows, &self.into.join(&path)).await?;
            self.add(&path, copied);
        }
        Ok(Database { version: snapshot.version(), tables })
    }

    fn file(&mut self, source: &Path, path: &str) -> anyhow::Result<()> {
        let copied = copy_file(source, &self.into.join(path))?;
        self.add(path, copied);
        Ok(())
    }

    fn add(&mut self, path: &str, Copied { bytes, sha256 }: Copied) {
        self.files.push(FileEntry { path: path.to_owned(), bytes, sha256 });
    }
}
