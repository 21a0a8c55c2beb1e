//! `waymark gateway`: runs the API with its ledger, over a Postgres that another process indexes. Invariant: this
//! process writes no rows of the index.

use crate::{
    home::{ChainShape, Home},
    operator::responder::Responder,
    services::{Database, IndexOf, Services},
    terminal::Steps,
    up::stop_signal,
};
use anyhow::Context as _;
use gateway::{config::GatewayConfig, ledger::FollowToken, router, serve, vault::Keyring};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Flags of `waymark gateway`.
#[derive(clap::Args, Clone, Debug)]
pub struct GatewayArguments {
    /// Folder of the ledger and its keys; made when it does not exist
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Address of the API
    #[arg(long, env = "WAYMARK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Public address of the API, when it differs from --listen
    #[arg(long, env = "WAYMARK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Shards of a new chain; an existing one keeps its own [default: 2]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub shards: Option<u16>,
    /// The Postgres that an indexer fills
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: String,
    /// File with the key-encryption keys, 64 hexadecimal digits a line, the current one first
    #[arg(long, env = "WAYMARK_KEK_FILE", value_name = "FILE")]
    pub kek_file: PathBuf,
    /// Secret of the block stream for indexers; without it no indexer can follow
    #[arg(long, env = "WAYMARK_FOLLOW_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub follow_token: Option<String>,
    /// Execute every block, even without a vote, when this node could apply what a quorum of validators executed
    #[arg(long, env = "WAYMARK_EXECUTE")]
    pub execute: bool,
    /// Let anybody create sandbox tenants
    #[arg(long)]
    pub open_sandbox: bool,
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(arguments: GatewayArguments) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::new(false);
    let shape = ChainShape { shards: arguments.shards, validators: None };
    let home = Home { executes: arguments.execute, ..Home::open_or_create(&arguments.data, shape)? };
    let listener =
        TcpListener::bind(arguments.listen).await.with_context(|| format!("listening on {}", arguments.listen))?;
    let url = arguments.public_url.unwrap_or(format!("http://{}", listener.local_addr()?));
    let database = Database::open(Some(arguments.database_url), &home.folder, &mut steps).await?;
    let mut config = GatewayConfig::new(&url);
    config.follow_token = arguments.follow_token.as_deref().map(FollowToken::new);
    config.sandbox_open = arguments.open_sandbox;
    let keyring = Keyring::load_or_create(&arguments.kek_file).context("reading the key-encryption keys")?;
    let services = Services::start(&home, &database.url, keyring, config, IndexOf::Elsewhere, &mut steps).await?;
    let gateway = Arc::clone(&services.gateway);
    let responder = Responder { gateway, url: url.clone(), kek_file: arguments.kek_file, sandbox: None };
    let operator = responder.listen(&home);
    let shutdown = CancellationToken::new();
    let app = router::build(services.gateway.clone());
    let server = tokio::spawn(serve::serve(listener, app, serve::ServeLimits::default(), shutdown.clone()));
    crate::terminal::print_line(&format!("Waymark's gateway serves {url}"));
    stop_signal().await?;
    drop(operator);
    shutdown.cancel();
    server.await??;
    services.stop().await?;
    Ok(crate::exit::SUCCESS.into())
}
