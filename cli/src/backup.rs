//! `waymark backup`: copies the data of a running node into a new folder. Invariant: the folder appears whole or not at
//! all. Its manifest is written last. Every file is readable by its owner only.

mod draft;
pub mod file;
pub mod manifest;
pub mod secret;
pub mod staging;

use crate::{database::DatabaseArguments, home::Home, running::Running};
use anyhow::{Context as _, bail, ensure};
use draft::{Draft, take_turn};
use gateway::vault::Keyring;
use manifest::{MANIFEST, Manifest, ShardEntry};
use secret::{SECRETS, Secrets};
use serde::{Deserialize, Serialize};
use staging::Staging;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Flags of `waymark backup`.
#[derive(clap::Args, Clone, Debug)]
pub struct BackupArguments {
    /// The new folder of the backup
    #[arg(value_name = "DEST")]
    dest: PathBuf,
    /// The data directory of the running node
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR")]
    data: PathBuf,
    /// File with the key-encryption keys, which seal the keys in the backup [default: keys/kek of the data directory]
    #[arg(long, env = "WAYMARK_KEK_FILE", value_name = "FILE")]
    kek_file: Option<PathBuf>,
    /// Put the key-encryption keys into the backup, which lets every reader of the backup open its records
    #[arg(long)]
    with_kek: bool,
    // A superuser's; by default that of the running `waymark up`.
    #[command(flatten)]
    database: DatabaseArguments,
    /// Copy the ledger alone: for a node without a gateway
    #[arg(long, conflicts_with = "database_url")]
    without_database: bool,
    /// Print one line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// The answer to [`Request::Checkpoint`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The last block of each shard in the copy.
    pub shards: Vec<ShardEntry>,
}

/// Makes the backup.
pub async fn run(arguments: BackupArguments) -> anyhow::Result<ExitCode> {
    let data =
        fs::canonicalize(&arguments.data).with_context(|| format!("{} does not exist", arguments.data.display()))?;
    ensure!(
        !crate::local_validators::are_in(&data),
        "{} holds several validators of one chain, which is for demonstrations: their votes cannot be restored together",
        data.display()
    );
    let kek_file = arguments.kek_file.clone().unwrap_or_else(|| Home::kek_of(&data));
    let keyring =
        Keyring::load(&kek_file).context("reading the key-encryption keys, which seal the keys in the backup")?;
    let database_url = database_url(&arguments, &data).await?;
    let staging = Staging::beside(&arguments.dest, 0o700)?;
    ensure!(!staging.path().starts_with(&data), "a backup inside the data directory would be lost together with it");
    let _turn = take_turn(&data)?;
    let draft = Draft { data: &data, into: staging.path(), files: Vec::new() };
    let manifest = draft.everything(&arguments, &kek_file, database_url.as_deref()).await?;
    let text = serde_json::to_vec_pretty(&manifest)?;
    let sealed = Secrets::read(&data)?.seal(&keyring, &text);
    file::write_new(&staging.path().join(SECRETS), &sealed)?;
    file::write_new(&staging.path().join(MANIFEST), &text)?;
    let dest = staging.commit()?;
    report(&arguments, &dest, &manifest)?;
    Ok(crate::exit::SUCCESS.into())
}

/// The database to copy; `None` for a ledger alone.
async fn database_url(arguments: &BackupArguments, data: &Path) -> anyhow::Result<Option<String>> {
    if arguments.without_database {
        return Ok(None);
    }
    if let Some(url) = arguments.database.url()? {
        return Ok(Some(url));
    }
    match Running::find(data).await {
        Some(running) => Ok(Some(running.administrator_url)),
        None => bail!(
            "no `waymark up` runs on {}; for a gateway name its Postgres with --database-url, for a node without one \
             add --without-database",
            data.display()
        ),
    }
}

fn report(arguments: &BackupArguments, dest: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    if arguments.json {
        let line = serde_json::json!({ "backup": dest, "bytes": bytes, "shards": manifest.shards });
        println!("{}", serde_json::to_string(&line)?);
        return Ok(());
    }
    println!("The backup is in {} ({} MB).", dest.display(), bytes.div_ceil(1_000_000));
    for ShardEntry { shard, height, .. } in &manifest.shards {
        println!("  shard {shard}: every block up to {height}");
    }
    if arguments.with_kek {
        println!("It holds the key-encryption key: whoever has the folder can open everything and sign in your name.");
    } else {
        println!("The key-encryption key is not in it. Keep that file elsewhere: `waymark restore` asks for it.");
    }
    Ok(())
}
