//! `waymark up`: runs all services in one process with default settings. Invariant: a restart on the same data
//! directory keeps the chain, the data and the sandbox credentials.

mod greeting;
mod sandbox;

use crate::{
    control::socket::Listening,
    database::{Database, DatabaseArguments},
    home::{ChainShape, Home},
    listen,
    local_validators::VALIDATORS_MAX,
    operator::responder::Responder,
    running::Running,
    services::{IndexOf, Services},
    serving::{Servers, ServingArguments},
    stop::Stop,
    terminal::{Steps, print_line},
};
use anyhow::Context as _;
use gateway::{config::GatewayConfig, ledger::FollowToken, vault::Keyring};
use sandbox::Sandbox;
use serde::Serialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
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
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// Execute every block, even without a vote, when this node could apply what a quorum of validators executed
    #[arg(long, env = "WAYMARK_EXECUTE")]
    pub execute: bool,
    #[command(flatten)]
    pub serving: ServingArguments,
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
    data: &'r Path,
}

/// Everything that runs.
struct Started {
    home: Home,
    url: String,
    /// A link that signs the console in; empty with `--json`.
    console: String,
    sandbox: Sandbox,
    operator: Option<Listening>,
    // Dropped in this order: the services end before their database.
    servers: Servers,
    shutdown: CancellationToken,
    services: Services,
    database: Database,
}

/// Runs until SIGTERM or SIGINT, or until a part can no longer run.
pub async fn run(arguments: UpArguments) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen()?;
    let is_json = arguments.json;
    let Some(started) = stop.unless(start(arguments)).await else { return Ok(crate::exit::SUCCESS.into()) };
    let Started { home, url, console, sandbox, operator, servers, shutdown, services, database } = started?;
    announce(&url, &console, &sandbox, &home.folder, is_json)?;
    let failure = tokio::select! {
        () = stop.requested() => None,
        failure = services.failed() => Some(failure),
        failure = database.failed() => Some(failure),
    };
    if !is_json {
        print_line("Stopping");
    }
    Running::withdraw(&home.folder);
    drop(operator);
    shutdown.cancel();
    servers.ended().await?;
    let stopped = services.stop().await;
    let closed = database.close().await;
    match failure {
        Some(failure) => Err(failure),
        None => stopped.and(closed).map(|()| crate::exit::SUCCESS.into()),
    }
}

async fn start(arguments: UpArguments) -> anyhow::Result<Started> {
    let mut steps = Steps::new(arguments.json);
    let shape = ChainShape { shards: arguments.shards, validators: arguments.validators };
    let home = Home { executes: arguments.execute, ..Home::open_or_create(&arguments.data, shape)? };
    if !arguments.json {
        print_line(&format!("Starting Waymark on {}", home.folder.display()));
    }
    let listener = listen::bind(arguments.listen, "--listen")?;
    let health = arguments.serving.health_listener()?;
    let url = format!("http://{}", listen::address(&listener)?);
    let database = Database::open(&arguments.database, &home.folder, &mut steps).await?;
    let follow_token = hex::encode(rand::random::<[u8; 32]>());
    let mut config = GatewayConfig::new(&url);
    arguments.serving.apply(&mut config);
    config.follow_token = Some(FollowToken::new(&follow_token));
    config.sandbox_open = arguments.listen.ip().is_loopback();
    config.sandbox_local = true;
    let keyring = Keyring::load_or_create(&home.kek()).context("reading the key-encryption key")?;
    let services = Services::start(&home, &database.urls, keyring, config, IndexOf::ThisProcess, &mut steps).await?;
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
    let servers = arguments.serving.serve(&services.gateway, listener, health, &shutdown);
    let running = Running {
        url: url.clone(),
        follow_token,
        database_url: database.urls.migrator.clone(),
        administrator_url: database.administrator_url.clone(),
    };
    running.announce(&home.folder)?;
    Ok(Started { home, url, console, sandbox, operator, servers, shutdown, services, database })
}

/// Prints how to use what runs.
fn announce(url: &str, console: &str, sandbox: &Sandbox, data: &Path, is_json: bool) -> anyhow::Result<()> {
    if !is_json {
        println!("{}", greeting::text(url, console, sandbox));
        return Ok(());
    }
    let Sandbox { tenant_id, client_id, client_secret } = sandbox;
    println!("{}", serde_json::to_string(&Ready { ready: true, url, tenant_id, client_id, client_secret, data })?);
    Ok(())
}
