//! `waymark up`: runs all services in one process with default settings. Invariant: a restart on the same data
//! directory keeps the chain, the data and the sandbox credentials.

mod greeting;
mod sandbox;

use crate::{
    home::{ChainShape, Home},
    local_validators::VALIDATORS_MAX,
    operator::responder::Responder,
    running::Running,
    services::{Database, IndexOf, Services},
    terminal::Steps,
};
use anyhow::Context as _;
use gateway::{config::GatewayConfig, ledger::FollowToken, router, serve, vault::Keyring};
use serde::Serialize;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::{net::TcpListener, signal::unix::SignalKind};
use tokio_util::sync::CancellationToken;

/// Flags of `waymark up`.
#[derive(clap::Args, Clone, Debug)]
pub struct UpArguments {
    /// Folder of all data; created if it does not exist
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Address of the API and the console; port 0 takes a free one
    #[arg(long, env = "WAYMARK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Shards of a new chain; an existing one keeps its own [default: 2]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub shards: Option<u16>,
    /// Validators of a new chain, all in this process; an existing one keeps its own [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(VALIDATORS_MAX)))]
    pub validators: Option<u16>,
    /// A Postgres to use instead of a private one
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Execute every block, even without a vote, when this node could apply what a quorum of validators executed
    #[arg(long, env = "WAYMARK_EXECUTE")]
    pub execute: bool,
    /// Print one line of JSON to standard output once ready
    #[arg(long)]
    pub json: bool,
}

/// The line that `--json` prints.
#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the members of the line are fixed, and `ready` identifies it")]
struct Ready<'r> {
    ready: bool,
    url: &'r str,
    tenant_id: &'r str,
    client_id: &'r str,
    client_secret: &'r str,
    data: &'r std::path::Path,
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(arguments: UpArguments) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::new(arguments.json);
    let shape = ChainShape { shards: arguments.shards, validators: arguments.validators };
    let home = Home { executes: arguments.execute, ..Home::open_or_create(&arguments.data, shape)? };
    if !arguments.json {
        crate::terminal::print_line(&format!("Starting Waymark on {}", home.folder.display()));
    }
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("listening on {}; choose another address with --listen", arguments.listen))?;
    let url = format!("http://{}", listener.local_addr()?);
    let database = Database::open(arguments.database_url.clone(), &home.folder, &mut steps).await?;
    let follow_token = hex::encode(rand::random::<[u8; 32]>());
    let mut config = GatewayConfig::new(&url);
    config.follow_token = Some(FollowToken::new(&follow_token));
    config.sandbox_open = arguments.listen.ip().is_loopback();
    config.sandbox_local = true;
    let keyring = Keyring::load_or_create(&home.kek()).context("reading the key-encryption key")?;
    let services = Services::start(&home, &database.url, keyring, config, IndexOf::ThisProcess, &mut steps).await?;
    let sandbox = sandbox::open_or_create(&services.gateway, &home.folder).await?;
    steps.done("sandbox tenant is ready");
    let responder = Responder {
        gateway: Arc::clone(&services.gateway),
        url: url.clone(),
        kek_file: home.kek(),
        sandbox: sandbox.tenant(),
    };
    let console = match (arguments.json, sandbox.tenant()) {
        (false, Some(tenant)) => responder.console_link(tenant).await?,
        _ => String::new(),
    };
    let operator = responder.listen(&home);
    let shutdown = CancellationToken::new();
    let app = router::build(services.gateway.clone());
    let server = tokio::spawn(serve::serve(listener, app, serve::ServeLimits::default(), shutdown.clone()));
    let running = Running { url: url.clone(), follow_token, database_url: database.url.clone() };
    running.announce(&home.folder)?;
    if arguments.json {
        let ready = Ready {
            ready: true,
            url: &url,
            tenant_id: &sandbox.tenant_id,
            client_id: &sandbox.client_id,
            client_secret: &sandbox.client_secret,
            data: &home.folder,
        };
        println!("{}", serde_json::to_string(&ready)?);
    } else {
        println!("{}", greeting::text(&url, &console, &sandbox));
    }
    let failure = tokio::select! {
        signal = stop_signal() => signal.err(),
        failure = services.failed() => Some(failure),
    };
    if !arguments.json {
        crate::terminal::print_line("Stopping");
    }
    Running::withdraw(&home.folder);
    drop(operator);
    shutdown.cancel();
    server.await??;
    services.stop().await?;
    database.close().await?;
    failure.map_or(Ok(crate::exit::SUCCESS.into()), Err)
}

/// Resolves when the process is asked to stop.
pub async fn stop_signal() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupt = tokio::signal::ctrl_c() => Ok(interrupt?),
    }
}
