//! `waymark indexer`: follows a gateway's blocks into Postgres; `rebuild` starts the index over, or checks it.
//! Invariant: every block is checked against the chain's genesis document, also when it comes from the own node.

mod report;

use crate::{
    blocks::RemoteBlocks,
    database::{Database, DatabaseArguments},
    health::HealthServer,
    home::{ChainShape, Home},
    listen,
    running::Running,
    secret_file,
    stop::Stop,
    terminal::{Steps, print_line},
};
use anyhow::Context as _;
use chain_node::Node;
use gateway::{
    ledger::NodeBlocks,
    vault::{Keyring, Vault},
};
use indexer::{
    follow::{Indexer, IndexerConfig, IndexerHandle},
    rebuild::{Comparison, compare, rebuild},
    source::{BlockSource, KeyVault},
};
use report::IndexReport;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
use url::Url;

/// Flags of `waymark indexer`.
#[derive(clap::Args, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct IndexerArguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    follow: FollowArguments,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Action {
    /// Start the index over from the first block, or compare it with a fresh copy
    Rebuild(RebuildArguments),
}

#[derive(clap::Args, Clone, Debug)]
struct FollowArguments {
    /// Base URL of the gateway whose final blocks are followed
    #[arg(long, env = "WAYMARK_FOLLOW_URL", value_name = "URL")]
    follow_url: Option<Url>,
    /// Secret of its block stream
    #[arg(long, env = "WAYMARK_FOLLOW_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    follow_token: Option<String>,
    /// File with that secret; only its owner may be able to read it
    #[arg(long, env = "WAYMARK_FOLLOW_TOKEN_FILE", value_name = "FILE")]
    follow_token_file: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArguments,
    /// File with the key-encryption keys
    #[arg(long, env = "WAYMARK_KEK_FILE", value_name = "FILE")]
    kek_file: Option<PathBuf>,
    /// Address of /livez, /readyz and /metrics [default: none]
    #[arg(long, env = "WAYMARK_HEALTH_LISTEN", value_name = "ADDR:PORT")]
    health_listen: Option<SocketAddr>,
}

/// Flags of `waymark indexer rebuild`.
#[derive(clap::Args, Clone, Debug)]
struct RebuildArguments {
    /// Change nothing: build a copy, compare it with the live tables, drop it; exit code 1 when they differ
    #[arg(long)]
    check: bool,
    /// The data directory of `waymark up`, running or not
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR")]
    data: PathBuf,
    /// Print one line of JSON to standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    follow: FollowArguments,
}

/// Follows until SIGTERM or SIGINT, or rebuilds.
pub async fn run(arguments: IndexerArguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Some(Action::Rebuild(arguments)) => {
            let stop = Stop::listen()?;
            let outcome = stop.unless(rebuild_index(arguments)).await;
            outcome.unwrap_or_else(|| Err(anyhow::anyhow!("interrupted; the next indexer or rebuild continues")))
        }
        None => follow(arguments.follow).await,
    }
}

async fn follow(arguments: FollowArguments) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen()?;
    let Some(started) = stop.unless(start(arguments)).await else { return Ok(crate::exit::SUCCESS.into()) };
    let (handle, health) = started?;
    print_line("Waymark's indexer follows");
    let failure = tokio::select! {
        () = stop.requested() => None,
        failure = handle.failed() => Some(anyhow::Error::new(failure).context("the index cannot follow the ledger")),
    };
    drop(health);
    let _ = handle.stop().await;
    failure.map_or(Ok(crate::exit::SUCCESS.into()), Err)
}

async fn start(arguments: FollowArguments) -> anyhow::Result<(IndexerHandle, Option<HealthServer>)> {
    let listener = listen::bind_if_given(arguments.health_listen, "--health-listen")?;
    let (source, url, keys) = remote(arguments).await?;
    let pool = indexer::pool::indexer_pool(&url).await.context("connecting to the database")?;
    indexer::migrate::check(&pool).await.context("checking the schema of the database")?;
    let handle = Indexer::start(IndexerConfig::default(), &pool, &source, &keys);
    let health = listener.map(|listener| HealthServer::start(listener, IndexReport { pool, source }));
    Ok((handle, health))
}

type Remote = (Arc<dyn BlockSource>, String, Arc<dyn KeyVault>);

async fn remote(arguments: FollowArguments) -> anyhow::Result<Remote> {
    let base = arguments.follow_url.context("--follow-url is missing")?;
    let file = arguments.follow_token_file.as_deref();
    let token = secret_file::choose(arguments.follow_token, file, "--follow-token")?;
    let token = token.context("--follow-token is missing")?;
    let url = arguments.database.required_url()?;
    let kek = arguments.kek_file.context("--kek-file is missing")?;
    let source = RemoteBlocks::connect(base.clone(), token).await.with_context(|| format!("asking {base}"))?;
    let keyring = Keyring::load(&kek).context("reading the key-encryption keys")?;
    Ok((Arc::new(source), url, Arc::new(Vault::new(keyring))))
}

async fn rebuild_index(arguments: RebuildArguments) -> anyhow::Result<ExitCode> {
    if arguments.follow.follow_url.is_some() {
        let (source, url, keys) = remote(arguments.follow.clone()).await?;
        return run_rebuild(&arguments, &url, &source, &keys).await;
    }
    let data = std::fs::canonicalize(&arguments.data)
        .with_context(|| format!("{} does not exist: start with `waymark up`", arguments.data.display()))?;
    let home = Home::open_or_create(&data, ChainShape::default())?;
    let keyring = Keyring::load(&home.kek()).context("reading the key-encryption key")?;
    let keys: Arc<dyn KeyVault> = Arc::new(Vault::new(keyring));
    if let Some(running) = Running::find(&data).await {
        let source = RemoteBlocks::connect(running.url.parse()?, running.follow_token).await?;
        let source: Arc<dyn BlockSource> = Arc::new(source);
        return run_rebuild(&arguments, &running.database_url, &source, &keys).await;
    }
    let mut steps = Steps::new(true);
    let database = Database::open(&arguments.follow.database, &home.folder, &mut steps).await?;
    let node = Node::start(home.node()?).await.context("opening the ledger")?;
    let source: Arc<dyn BlockSource> = Arc::new(NodeBlocks(node.handle()));
    let outcome = run_rebuild(&arguments, &database.urls.migrator, &source, &keys).await;
    drop(source);
    tokio::task::spawn_blocking(move || node.stop()).await??;
    database.close().await?;
    outcome
}

async fn run_rebuild(
    arguments: &RebuildArguments,
    url: &str,
    source: &Arc<dyn BlockSource>,
    keys: &Arc<dyn KeyVault>,
) -> anyhow::Result<ExitCode> {
    if !arguments.check {
        let cursors = rebuild(url, source, keys).await?;
        let heights: Vec<_> = cursors.iter().map(|cursor| (cursor.shard.0, cursor.height.0)).collect();
        if arguments.json {
            println!("{}", serde_json::json!({ "rebuilt": true, "heights": heights }));
        } else {
            println!("The index was rebuilt up to {heights:?} (shard, height).");
        }
        return Ok(crate::exit::SUCCESS.into());
    }
    let comparison = compare(url, source, keys).await?;
    let is_identical = comparison.is_identical();
    if arguments.json {
        println!("{}", serde_json::json!({ "identical": is_identical, "tables": tables(&comparison) }));
    } else {
        print_comparison(&comparison);
    }
    let code = if is_identical { crate::exit::SUCCESS } else { crate::exit::FAILURE };
    Ok(code.into())
}

fn tables(comparison: &Comparison) -> Vec<serde_json::Value> {
    let tables = comparison.tables.iter().map(|table| {
        serde_json::json!({
            "table": table.table,
            "rows": table.live_rows,
            "rebuilt_rows": table.rebuilt_rows,
            "sha256": table.live_hash,
            "rebuilt_sha256": table.rebuilt_hash,
            "first_difference": table.first_difference,
        })
    });
    tables.collect()
}

fn print_comparison(comparison: &Comparison) {
    for table in &comparison.tables {
        let hash = table.live_hash.get(..16).unwrap_or_default();
        match &table.first_difference {
            None => println!("  identical  {:<22} {:>10} rows  sha256 {hash}…", table.table, table.live_rows),
            Some(key) => println!(
                "  differs    {:<22} {:>10} rows, rebuilt {}; first at key {}",
                table.table,
                table.live_rows,
                table.rebuilt_rows,
                key.replace('\t', ", ")
            ),
        }
    }
    let verdict = if comparison.is_identical() { "is what the chain says" } else { "is NOT what the chain says" };
    println!("The index {verdict}.");
}
