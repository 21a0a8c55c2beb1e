//! `waymark audit`: adds up every final block and checks the whole supply [P22, conservation of units]. Invariant: the
//! audit relies on certificates and receipts, never on a state. No block is changed.

mod cut;
mod stored;

use crate::{
    blocks::{Absent, RemoteBlocks},
    running::Running,
};
use anyhow::Context as _;
use chain_types::{Height, native::SUPPLY};
use cut::Cut;
use indexer::source::BlockSource;
use serde_json::{Value, json};
use std::{path::PathBuf, process::ExitCode};
use stored::StoredBlocks;
use url::Url;

/// Flags of `waymark audit`.
#[derive(clap::Args, Clone, Debug)]
pub struct AuditArguments {
    /// A data directory, of a process that runs or of one that was stopped
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR", conflicts_with = "url")]
    data: PathBuf,
    /// Base URL of the gateway whose blocks are added up, instead of a data directory
    #[arg(long, value_name = "URL", requires = "follow_token")]
    url: Option<Url>,
    /// Secret of its block stream
    #[arg(long, env = "WAYMARK_FOLLOW_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    follow_token: Option<String>,
    /// The last block of each shard, from shard 0 on [default: all that are final]
    #[arg(long, value_name = "H0,H1,…", value_delimiter = ',')]
    at: Option<Vec<u64>>,
    /// Print one line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// Runs the audit. The exit code is 1 when the chain is inconsistent or its supply is not whole, and 3 when blocks are
/// absent here.
pub async fn run(arguments: AuditArguments) -> anyhow::Result<ExitCode> {
    let source = open(&arguments).await?;
    let at = arguments.at.map(|heights| heights.into_iter().map(Height).collect());
    let cut = match Cut::read(&*source, at).await {
        Ok(cut) => cut,
        Err(error) => return report_incomplete(error, arguments.json),
    };
    if arguments.json {
        println!("{}", cut.json());
    } else {
        print(&cut);
    }
    let code = if cut.is_conserved() { crate::exit::SUCCESS } else { crate::exit::FAILURE };
    Ok(code.into())
}

/// Blocks that were pruned, or never fetched, are no fault of the chain: another node may have them.
fn report_incomplete(error: anyhow::Error, json: bool) -> anyhow::Result<ExitCode> {
    let Some(absent) = error.chain().find_map(|cause| cause.downcast_ref::<Absent>()) else { return Err(error) };
    if json {
        println!("{}", json!({ "conserved": Value::Null, "absent": absent.to_string() }));
    } else {
        println!("  {absent}");
        println!("This directory cannot show whether the supply is whole; a member with the whole history can.");
    }
    Ok(crate::exit::INCOMPLETE.into())
}

async fn open(arguments: &AuditArguments) -> anyhow::Result<Box<dyn BlockSource>> {
    if let (Some(url), Some(token)) = (&arguments.url, &arguments.follow_token) {
        let source =
            RemoteBlocks::connect(url.clone(), token.clone()).await.with_context(|| format!("asking {url}"))?;
        return Ok(Box::new(source));
    }
    if let Some(running) = Running::find(&arguments.data).await {
        return Ok(Box::new(RemoteBlocks::connect(running.url.parse()?, running.follow_token).await?));
    }
    Ok(Box::new(StoredBlocks::open(&arguments.data)?))
}

fn print(cut: &Cut) {
    for (shard, height) in cut.heights.iter().enumerate() {
        println!("  shard {shard:<4} {height:>24} blocks");
    }
    match &cut.outcome {
        Ok(totals) => {
            println!("  balances   {:>24} units", totals.balances);
            println!("  escrow     {:>24} units", totals.escrow);
            println!("  in transit {:>24} units", totals.in_transit);
            println!("  sum        {:>24} units, of a supply of {SUPPLY}", totals.sum());
        }
        Err(fault) => println!("  {fault}"),
    }
    println!("The supply {}.", if cut.is_conserved() { "is whole" } else { "is NOT whole" });
}
