//! The manifest of a backup: what it holds, with the size and the digest of every file. Invariant: a checked manifest
//! names only files that a backup has, each once and below its own folder.

use anyhow::{Context as _, bail, ensure};
use gateway::backup::Table;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, path::PathBuf};

/// The format that this build writes.
pub const FORMAT: u16 = 1;
/// The name of the manifest's file.
pub const MANIFEST: &str = "manifest.json";
/// The largest manifest that is read, in bytes.
pub const MANIFEST_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The genesis document.
pub const GENESIS: &str = "genesis";
/// The other members of the network.
pub const NETWORK: &str = "network.json";
/// The key-encryption keys.
pub const KEK: &str = "kek";
/// The folder of the shards' stores.
pub const LEDGER: &str = "ledger";
/// The folder of the tables of schema `app`.
pub const DATABASE: &str = "database";
/// The longest name of a file within a folder.
const NAME_BYTES_MAX: usize = 128;

/// The content of a backup. The key of the node and other secrets are in a file of their own, which is bound to the
/// manifest's digest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: u16,
    /// The version of the build that made it.
    pub version: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// 64 hexadecimal digits.
    pub chain_id: String,
    /// The absolute path of the data directory.
    pub original: PathBuf,
    /// In the order of the shards.
    pub shards: Vec<ShardEntry>,
    /// `None` for a ledger alone.
    pub database: Option<Database>,
    pub files: Vec<FileEntry>,
}

/// The last block of a shard in a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardEntry {
    pub shard: u16,
    /// Every block up to this height is in the backup; 0 for none.
    pub height: u64,
    /// The block's digest, 64 hexadecimal digits.
    pub digest: String,
    /// The block's time, in milliseconds since 1970.
    pub timestamp_ms: u64,
}

/// The tables of schema `app`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The newest migration.
    pub version: i64,
    /// In the order in which they are loaded.
    pub tables: Vec<Table>,
}

/// A file of a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Relative to the backup's folder, with `/` between its parts.
    pub path: String,
    pub bytes: u64,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// Parses and checks a manifest.
    pub fn parse(bytes: &[u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: u16,
        }
        let Format { format } = serde_json::from_slice(bytes).context("the manifest is damaged")?;
        ensure!(format == FORMAT, "the backup has format {format}, and this build reads format {FORMAT}");
        let manifest: Self = serde_json::from_slice(bytes).context("the manifest is damaged")?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The entry of a file.
    pub fn file(&self, path: &str) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.path == path)
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(!self.shards.is_empty(), "the backup names no shard");
        for (entry, shard) in self.shards.iter().zip(0..) {
            ensure!(entry.shard == shard, "the backup lists its shards in another order");
        }
        let mut paths = BTreeSet::new();
        for FileEntry { path, .. } in &self.files {
            ensure!(self.is_known(path), "the backup names a file that no backup has: {path:?}");
            ensure!(paths.insert(path), "the backup names a file twice: {path:?}");
        }
        ensure!(paths.contains(&GENESIS.to_owned()), "the backup has no genesis document");
        for table in self.tables() {
            let path = table_file(table);
            ensure!(paths.contains(&path), "the backup has no file {path:?}");
        }
        for ShardEntry { shard, .. } in &self.shards {
            if !paths.contains(&format!("{LEDGER}/shard-{shard}/CURRENT")) {
                bail!("the backup has no store of shard {shard}");
            }
        }
        Ok(())
    }

    /// The tables of the database; none for a ledger alone.
    pub fn tables(&self) -> &[Table] {
        self.database.as_ref().map_or(&[], |database| &database.tables)
    }

    /// Whether a backup with these shards and tables has a file of this path. A path is compared with the known ones,
    /// never interpreted, so that none leads out of the folder.
    fn is_known(&self, path: &str) -> bool {
        let is_of_store = |shard: &ShardEntry| {
            let name = path.strip_prefix(&format!("{LEDGER}/shard-{}/", shard.shard));
            name.is_some_and(is_file_name)
        };
        [GENESIS, NETWORK, KEK].contains(&path)
            || self.shards.iter().any(is_of_store)
            || self.tables().iter().any(|table| table_file(table) == path && is_file_name(&table.name))
    }
}

/// The path of a table's rows.
pub fn table_file(table: &Table) -> String {
    format!("{DATABASE}/{}.copy", table.name)
}

/// Whether a text is the plain name of a file: letters, digits, `-`, `_` and dots inside.
fn is_file_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.starts_with('.') && (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let file = |path: &str| FileEntry { path: path.to_owned(), bytes: 0, sha256: String::new() };
        let table = Table { name: "tenant".to_owned(), columns: vec!["tenant_id".to_owned()] };
        Manifest {
            format: FORMAT,
            version: String::new(),
            created_ms: 0,
            chain_id: String::new(),
            original: PathBuf::from("/data"),
            shards: vec![ShardEntry { shard: 0, height: 0, digest: String::new(), timestamp_ms: 0 }],
            database: Some(Database { version: 1, tables: vec![table] }),
            files: [GENESIS, "ledger/shard-0/CURRENT", "database/tenant.copy"].map(file).into(),
        }
    }

    fn parse(manifest: &Manifest) -> anyhow::Result<Manifest> {
        Manifest::parse(&serde_json::to_vec(manifest).expect("encodes"))
    }

    #[test]
    fn no_path_leads_out_of_the_backup() {
        assert_eq!(parse(&manifest()).expect("it is complete"), manifest());
        for path in [
            "",
            "/etc/passwd",
            "../genesis",
            "ledger/shard-0/../../genesis",
            "ledger/shard-0/..",
            "ledger/shard-0/.",
            "ledger/shard-0/",
            "ledger/shard-0/a/b",
            "ledger/shard-0//a",
            "ledger/shard-1/CURRENT",
            "ledger/shard-00/CURRENT",
            "ledger\\shard-0\\a",
            "database/other.copy",
            "database/../genesis",
            "keys/node",
            "manifest.json",
            "secrets",
            "genesis/",
            "./genesis",
            "ledger/shard-0/a\0b",
            "ledger/shard-0/é",
        ] {
            let mut bad = manifest();
            bad.files.push(FileEntry { path: path.to_owned(), bytes: 0, sha256: String::new() });
            let error = parse(&bad).expect_err(path).to_string();
            assert!(error.contains("no backup has"), "{path:?}: {error}");
        }
        let long = format!("ledger/shard-0/{}", "a".repeat(NAME_BYTES_MAX + 1));
        let mut bad = manifest();
        bad.files.push(FileEntry { path: long, bytes: 0, sha256: String::new() });
        parse(&bad).expect_err("too long");
    }

    #[test]
    fn a_partial_or_ambiguous_manifest_is_refused() {
        for path in [GENESIS, "ledger/shard-0/CURRENT", "database/tenant.copy"] {
            let mut bad = manifest();
            bad.files.retain(|file| file.path != path);
            parse(&bad).expect_err(path);
            let mut bad = manifest();
            let twice = bad.file(path).expect("it is there").clone();
            bad.files.push(twice);
            let error = parse(&bad).expect_err(path).to_string();
            assert!(error.contains("twice"), "{error}");
        }
        let mut bad = manifest();
        bad.shards.clear();
        parse(&bad).expect_err("no shard");
        let mut bad = manifest();
        bad.shards[0].shard = 1;
        parse(&bad).expect_err("a gap");
        let mut bad = manifest();
        bad.format = FORMAT + 1;
        let error = parse(&bad).expect_err("a later format").to_string();
        assert!(error.contains("format 2"), "{error}");
        let text = serde_json::to_vec(&manifest()).expect("encodes");
        assert!((0..text.len()).all(|end| Manifest::parse(&text[..end]).is_err()), "no prefix is a manifest");
        let more = String::from_utf8(text).expect("JSON").replacen('{', "{\"more\":1,", 1);
        Manifest::parse(more.as_bytes()).expect_err("an unknown field");
    }
}
