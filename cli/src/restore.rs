//! `waymark restore`: makes a data directory from a backup. Invariant: the directory appears whole or not at all.
//! Nothing is read that the manifest does not list, and every byte has its digest. The signing state is never taken
//! over: see docs/backup.md.

pub mod origin;
mod source;

use crate::{
    backup::{file::Room, staging::Staging},
    database::DatabaseArguments,
    home::write_private,
    terminal::Steps,
};
use anyhow::ensure;
use origin::Origin;
use source::Backup;
use std::{path::PathBuf, process::ExitCode};

/// The mode of a data directory; see [`crate::home`].
const DATA_MODE: u32 = 0o711;

/// Flags of `waymark restore`.
#[derive(clap::Args, Clone, Debug)]
pub struct RestoreArguments {
    /// The folder of the backup
    #[arg(value_name = "SRC")]
    source: PathBuf,
    /// The new data directory
    #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR", required_unless_present = "check")]
    data: Option<PathBuf>,
    /// File with the key-encryption keys [default: those in the backup, if it was made with --with-kek]
    #[arg(long, env = "WAYMARK_KEK_FILE", value_name = "FILE")]
    kek_file: Option<PathBuf>,
    /// Your word that the original never runs again; two validators with one key would sign contradicting histories
    #[arg(long)]
    original_is_gone: bool,
    // An empty one and a superuser's; by default a private one in the data directory.
    #[command(flatten)]
    database: DatabaseArguments,
    /// Only check the backup: its manifest, its secrets, and the digest of every file
    #[arg(long)]
    check: bool,
}

/// Restores a data directory, or checks a backup.
pub async fn run(arguments: RestoreArguments) -> anyhow::Result<ExitCode> {
    let backup = Backup::open(&arguments.source, arguments.kek_file.as_deref())?;
    let Some(data) = arguments.data.as_deref().filter(|_| !arguments.check) else {
        backup.check_files()?;
        println!("The backup is whole.");
        return Ok(crate::exit::SUCCESS.into());
    };
    let staging = Staging::beside(data, DATA_MODE)?;
    let origin = Origin { original: backup.manifest.original.clone(), chain_id: backup.manifest.chain_id.clone() };
    origin.check_gone(staging.target())?;
    ensure!(
        arguments.original_is_gone,
        "the backup holds the key of a node. If the original at {} ever runs again beside the restored one, they sign \
         contradicting histories, which is provable and is punished. Stop it for good, then add --original-is-gone",
        origin.original.display()
    );
    Room::in_folder(staging.path())?.check(backup.bytes_needed())?;
    let mut steps = Steps::new(false);
    backup.write(staging.path())?;
    steps.done("ledger and keys are in place");
    write_private(&staging.path().join(origin::FILE), &serde_json::to_vec_pretty(&origin)?)?;
    if backup.manifest.database.is_some() {
        backup.load_database(staging.path(), &arguments.database, &mut steps).await?;
    }
    let path = staging.commit()?;
    println!("{} is restored.", path.display());
    for entry in &backup.manifest.shards {
        println!("  shard {}: every block up to {}", entry.shard, entry.height);
    }
    Ok(crate::exit::SUCCESS.into())
}
