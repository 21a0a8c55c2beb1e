//! `waymark testnet`: runs a network of processes on this machine, for experiments and tests. Invariant: only processes
//! that this command started are ended. The network resumes at the next start.

pub mod layout;
pub mod member;

use crate::{new_chain::EpochLength, stop::Stop, terminal::print_line};
use anyhow::Context as _;
use layout::Layout;
use member::Process;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

/// Flags of `waymark testnet`.
#[derive(clap::Args, Clone, Debug)]
pub struct TestnetArguments {
    /// Validators of a new network; an existing one keeps its own [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    validators: Option<u16>,
    /// Shards of a new network; an existing one keeps its own [default: 2]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u16).range(1..=64))]
    shards: Option<u16>,
    #[command(flatten)]
    epoch: EpochLength,
    /// Folder of the network: one folder for each member
    #[arg(long, value_name = "DIR", default_value = "waymark-testnet")]
    data: PathBuf,
    /// Address of the gateway's API and console; port 0 takes a free one
    #[arg(long, env = "WAYMARK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// Print one line of JSON to standard output once ready
    #[arg(long)]
    json: bool,
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(arguments: TestnetArguments) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen()?;
    let is_json = arguments.json;
    let Some(started) = stop.unless(start(arguments)).await else { return Ok(crate::exit::SUCCESS.into()) };
    let (validators, gateway) = started?;
    let mut ready = gateway.ready.clone();
    let members: Vec<_> = validators
        .iter()
        .map(|validator| {
            serde_json::json!({
                "pid": validator.pid(),
                "key": validator.ready.get("key"),
                "data": validator.ready.get("data"),
            })
        })
        .collect();
    ready["validators"] = serde_json::Value::Array(members);
    if is_json {
        println!("{ready}");
    } else {
        greet(&ready);
    }
    stop.requested().await;
    gateway.stop().await?;
    for validator in validators {
        validator.stop().await?;
    }
    Ok(crate::exit::SUCCESS.into())
}

/// Starts the validators, then the gateway.
async fn start(arguments: TestnetArguments) -> anyhow::Result<(Vec<Process>, Process)> {
    let layout = Layout::open_or_create(&arguments.data, arguments.validators, arguments.shards, arguments.epoch)?;
    let mut validators = Vec::new();
    for folder in &layout.validators {
        let folder = folder.display().to_string();
        validators.push(Process::start(&["node", "--json", "--data", &folder]).await?);
    }
    let gateway = layout.gateway.display().to_string();
    let listen = arguments.listen.to_string();
    let gateway = Process::start(&["up", "--json", "--data", &gateway, "--listen", &listen]).await;
    Ok((validators, gateway.context("starting the gateway")?))
}

fn greet(ready: &serde_json::Value) {
    let text = |name: &str| ready.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    println!("The network is ready.\n");
    println!("  API       {}", text("url"));
    println!("  Client    {}", text("client_id"));
    println!("  Secret    {}", text("client_secret"));
    for (index, validator) in ready["validators"].as_array().into_iter().flatten().enumerate() {
        println!("  Validator {index}: process {} in {}", validator["pid"], validator["data"]);
    }
    print_line(
        "Kill a validator and the network continues; `waymark node --data <its folder>` restarts it. Ctrl-C ends all.",
    );
}
