//! `waymark anchor`: writes the anchor of an epoch to a file, or shows what an anchor file trusts. Invariant: a
//! gateway's anchor is parsed before it is written. Both modes print the same description, which two holders can
//! compare.

mod source;

use anyhow::Context as _;
use chain_proof::{Anchor, FILE_BYTES_MAX, TrustReport};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};
use url::Url;

/// Flags of `waymark anchor`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "Exit codes: 0 success, 1 failure, 2 bad usage or a file that is not an anchor")]
pub struct AnchorArguments {
    /// Where the anchor is written
    #[arg(long, value_name = "FILE", required_unless_present = "show")]
    out: Option<PathBuf>,
    /// The epoch whose validators it names; 0 is the genesis document [default: the newest]
    #[arg(long, value_name = "N")]
    epoch: Option<u64>,
    /// A data directory, of a process that runs or of one that was stopped
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR", conflicts_with = "url")]
    data: PathBuf,
    /// Base URL of a gateway to ask, instead of a data directory
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// Show what this anchor trusts, and write nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "epoch", "url"])]
    show: Option<PathBuf>,
    /// Print one line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// Writes or shows an anchor.
pub async fn run(arguments: AnchorArguments) -> anyhow::Result<ExitCode> {
    if let Some(path) = &arguments.show {
        return Ok(match read(path) {
            Ok(anchor) => {
                print(&anchor, arguments.json);
                crate::exit::SUCCESS
            }
            Err(error) => {
                crate::terminal::print_error(&error);
                crate::exit::UNREADABLE
            }
        }
        .into());
    }
    let anchor = match &arguments.url {
        Some(url) => source::ask(url, arguments.epoch).await?,
        None => source::find(&arguments.data, arguments.epoch).await?,
    };
    if let Some(path) = &arguments.out {
        fs::write(path, anchor.to_json()).with_context(|| format!("writing {}", path.display()))?;
        print(&anchor, arguments.json);
        if !arguments.json {
            println!("Written to {}. Compare these lines with another holder's before you rely on it.", path.display());
        }
    }
    Ok(crate::exit::SUCCESS.into())
}

fn read(path: &Path) -> anyhow::Result<Anchor> {
    let mut bytes = Vec::new();
    // One byte beyond the limit, so that the parser rejects the file.
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.with_context(|| format!("reading {}", path.display()))?;
    Anchor::parse(&bytes).with_context(|| format!("reading {}", path.display()))
}

fn print(anchor: &Anchor, is_json: bool) {
    if is_json {
        println!("{}", describe(anchor));
        return;
    }
    let validators = &anchor.committee().committee.validators;
    let weight: u128 = validators.iter().map(|validator| u128::from(validator.weight)).sum();
    let TrustReport { epoch, height, as_of, .. } = anchor.trust();
    println!("  chain       {}", anchor.chain_id());
    println!("  epoch       {epoch}");
    println!("  as of       {as_of}, height {height} of shard 0");
    println!("  digest      {}", anchor.digest());
    println!("  validators  {}, with weight {weight}", validators.len());
}

fn describe(anchor: &Anchor) -> Value {
    let TrustReport { epoch, height, as_of, .. } = anchor.trust();
    let validators = &anchor.committee().committee.validators;
    let validators: Vec<_> = validators
        .iter()
        .map(|validator| json!({ "key": validator.key.to_string(), "weight": validator.weight.to_string() }))
        .collect();
    json!({
        "chain_id": anchor.chain_id().to_string(), "epoch": epoch, "height": height, "as_of": as_of,
        "digest": anchor.digest().to_string(), "validators": validators,
    })
}
