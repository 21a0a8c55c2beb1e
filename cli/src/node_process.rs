//! `waymark node`: runs one member of a network, a validator while it has a seat and otherwise a follower. Invariant:
//! this process serves no API and needs no Postgres.

mod report;

use crate::{
    health::HealthServer,
    home::{ChainShape, Home},
    ledger::{self, OwnerTasks},
    listen,
    stop::Stop,
    terminal::print_line,
};
use anyhow::{Context as _, ensure};
use chain_node::{History, JOIN_BEHIND_BLOCKS, KEEP_BLOCKS_MIN, Node, NodeConfig};
use chain_types::{SecretKey, atomic::BEACON_SHARD};
use report::NodeReport;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

/// Flags of `waymark node`.
#[derive(clap::Args, Clone, Debug)]
pub struct NodeArguments {
    /// Folder of the ledger, its keys, its genesis document and `network.json`
    #[arg(long, env = "WAYMARK_DATA_DIR", value_name = "DIR")]
    data: PathBuf,
    /// Join a long chain from a snapshot of its state if there are no blocks here yet; earlier blocks stay absent
    #[arg(long, env = "WAYMARK_SNAPSHOT")]
    snapshot: bool,
    /// Number of newest blocks to keep whole; older ones lose their contents and keep their certificates [default: all]
    #[arg(long, env = "WAYMARK_KEEP_BLOCKS", value_name = "N",
        value_parser = clap::value_parser!(u64).range(KEEP_BLOCKS_MIN..))]
    keep_blocks: Option<u64>,
    /// Execute every block, even without a vote, when this node could apply what a quorum of validators executed
    #[arg(long, env = "WAYMARK_EXECUTE")]
    execute: bool,
    /// Address of /livez, /readyz and /metrics, for this machine or a private network [default: none]
    #[arg(long, env = "WAYMARK_HEALTH_LISTEN", value_name = "ADDR:PORT")]
    health_listen: Option<SocketAddr>,
    /// Print one line of JSON to standard output once it listens
    #[arg(long)]
    json: bool,
}

/// A started node.
struct Started {
    home: Home,
    owner_tasks: OwnerTasks,
    health: Option<HealthServer>,
    node: Node,
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(arguments: NodeArguments) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen()?;
    let is_json = arguments.json;
    let Some(started) = stop.unless(start(arguments)).await else { return Ok(crate::exit::SUCCESS.into()) };
    let started = started?;
    announce(&started, is_json).await?;
    stop.requested().await;
    let Started { owner_tasks, health, node, .. } = started;
    drop((owner_tasks, health));
    tokio::task::spawn_blocking(move || node.stop()).await??;
    Ok(crate::exit::SUCCESS.into())
}

async fn start(arguments: NodeArguments) -> anyhow::Result<Started> {
    let shown = arguments.data.display();
    ensure!(
        arguments.data.join("genesis").exists(),
        "{shown} holds no genesis document; `waymark keys join` puts it there"
    );
    let listener = listen::bind_if_given(arguments.health_listen, "--health-listen")?;
    let opened = Home::open_or_create(&arguments.data, ChainShape::default())?;
    let home = Home { executes: arguments.execute, ..opened };
    ensure!(home.members.is_some(), "{shown} holds no network.json; `waymark keys join` writes it");
    let history =
        if arguments.snapshot { History::FromSnapshot { behind: JOIN_BEHIND_BLOCKS } } else { History::Whole };
    let keep_blocks = arguments.keep_blocks;
    let node = Node::start(NodeConfig { history, keep_blocks, ..home.node()? }).await;
    let node = node.map_err(|error| ledger::with_advice(error, &home.folder)).context("starting the node")?;
    let owner_tasks = OwnerTasks::start(&home, &node.handle());
    let health =
        listener.map(|listener| HealthServer::start(listener, NodeReport::new(node.handle(), home.folder.clone())));
    Ok(Started { home, owner_tasks, health, node })
}

/// Prints who the node is and where it listens.
async fn announce(started: &Started, is_json: bool) -> anyhow::Result<()> {
    let Started { home, health, node, .. } = started;
    let key = SecretKey::from_seed(&home.key).public_key();
    let role = node.handle().status(BEACON_SHARD).await?.index;
    let addresses: Vec<_> = node.addresses().iter().map(ToString::to_string).collect();
    let health = health.as_ref().map(|health| format!("http://{}", health.address()));
    if is_json {
        let ready = serde_json::json!({
            "ready": true,
            "key": key.to_string(),
            "validator": role,
            "addresses": addresses,
            "health": health,
            "data": home.folder,
        });
        println!("{ready}");
        return Ok(());
    }
    let what = role.map_or_else(|| "follower".to_owned(), |index| format!("validator {index}"));
    print_line(&format!("{what} {key} listens on {}", addresses.join(", ")));
    if let Some(health) = health {
        print_line(&format!("its metrics are at {health}/metrics"));
    }
    Ok(())
}
