//! `waymark gateway`: runs the API with its ledger, over a Postgres that another process migrates and indexes.
//! Invariant: this process writes no rows of the index and changes no table.

use crate::{
    control::socket::Listening,
    database::DatabaseArguments,
    home::{ChainShape, Home},
    listen,
    operator::responder::Responder,
    secret_file,
    services::{IndexOf, Services},
    serving::{Servers, ServingArguments},
    stop::Stop,
    terminal::{Steps, print_line},
};
use anyhow::Context as _;
use gateway::{config::GatewayConfig, ledger::FollowToken, vault::Keyring};
use indexer::connection::DatabaseUrls;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
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
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// File with the key-encryption keys, 64 hexadecimal digits a line, the current one first
    #[arg(long, env = "WAYMARK_KEK_FILE", value_name = "FILE")]
    pub kek_file: PathBuf,
    /// Secret of the block stream for indexers; without it no indexer can follow
    #[arg(long, env = "WAYMARK_FOLLOW_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub follow_token: Option<String>,
    /// File with that secret; only its owner may be able to read it
    #[arg(long, env = "WAYMARK_FOLLOW_TOKEN_FILE", value_name = "FILE")]
    pub follow_token_file: Option<PathBuf>,
    /// Execute every block, even without a vote, when this node could apply what a quorum of validators executed
    #[arg(long, env = "WAYMARK_EXECUTE")]
    pub execute: bool,
    /// Let anybody create sandbox tenants
    #[arg(long)]
    pub open_sandbox: bool,
    #[command(flatten)]
    pub serving: ServingArguments,
}

/// A started gateway.
struct Started {
    url: String,
    servers: Servers,
    shutdown: CancellationToken,
    services: Services,
    operator: Option<Listening>,
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(arguments: GatewayArguments) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen()?;
    let Some(started) = stop.unless(start(arguments)).await else { return Ok(crate::exit::SUCCESS.into()) };
    let Started { url, servers, shutdown, services, operator } = started?;
    print_line(&format!("Waymark's gateway serves {url}"));
    stop.requested().await;
    drop(operator);
    shutdown.cancel();
    servers.ended().await?;
    services.stop().await?;
    Ok(crate::exit::SUCCESS.into())
}

async fn start(arguments: GatewayArguments) -> anyhow::Result<Started> {
    let mut steps = Steps::new(false);
    let shape = ChainShape { shards: arguments.shards, validators: None };
    let database = DatabaseUrls::with_one_login(&arguments.database.required_url()?);
    let token = arguments.follow_token_file.as_deref();
    let token = secret_file::choose(arguments.follow_token, token, "--follow-token")?;
    let listener = listen::bind(arguments.listen, "--listen")?;
    let health = arguments.serving.health_listener()?;
    let home = Home { executes: arguments.execute, ..Home::open_or_create(&arguments.data, shape)? };
    let url = arguments.public_url.unwrap_or(format!("http://{}", listen::address(&listener)?));
    let mut config = GatewayConfig::new(&url);
    arguments.serving.apply(&mut config);
    config.follow_token = token.as_deref().map(FollowToken::new);
    config.sandbox_open = arguments.open_sandbox;
    let keyring = Keyring::load_or_create(&arguments.kek_file).context("reading the key-encryption keys")?;
    let services = Services::start(&home, &database, keyring, config, IndexOf::Elsewhere, &mut steps).await?;
    let shutdown = CancellationToken::new();
    let servers = arguments.serving.serve(&services.gateway, listener, health, &shutdown);
    let gateway = Arc::clone(&services.gateway);
    let responder = Responder { gateway, url: url.clone(), kek_file: arguments.kek_file, sandbox: None };
    let operator = responder.listen(&home);
    Ok(Started { url, servers, shutdown, services, operator })
}
