//! A Byzantine validator for tests: it equivocates, withholds randomness shares and replays proofs.
//!
//! Invariant: the process holds only the keys of one validator and one follower. It proposes no blocks.
//!
//! `byzantine VALIDATOR_FOLDER FOLLOWER_FOLDER`: the folder of the validator that it replaces, and the folder of an
//! allowed member under whose key it follows the chain. It ends on SIGTERM.

#![expect(clippy::print_stdout, reason = "a test reads its output")]

mod double_vote;
mod folder;
mod replay;
mod share;

use anyhow::Context as _;
use chain_network::{Limits, Network, NetworkConfig};
use chain_node::{Links, Node, NodeConfig};
use chain_types::{SecretKey, Versions};
use folder::Folder;
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let validator = Folder::of_member(&arguments.next().context("the validator's folder is missing")?)?;
    let follower = arguments.next().context("the follower's folder is missing")?;
    let (genesis, chain_id) = (validator.genesis.clone(), validator.genesis.chain_id());
    let links = Links { listen: Vec::new(), peers: validator.peers.clone() };
    let alone = NodeConfig::alone(follower.join("chain"), genesis, folder::seed(&follower)?);
    let node = Node::start(NodeConfig { links: Some(links), ..alone }).await.context("following the chain")?;
    let (network, inbox) = Network::start(NetworkConfig {
        chain_id,
        versions: Versions::KNOWN,
        key: validator.seed.clone(),
        listen: validator.listen,
        peers: validator.peers,
        limits: Limits::default(),
    })
    .await?;
    let key = SecretKey::from_seed(&validator.seed);
    println!("{}", serde_json::json!({ "ready": true, "key": key.public_key().to_string() }));
    let mut ended = signal(SignalKind::terminate())?;
    tokio::select! {
        () = double_vote::vote_twice(inbox, network.handle(), node.handle(), &key) => {}
        () = share::withhold(node.handle(), &validator.seed) => {}
        () = replay::submit_again(node.handle(), &key) => {}
        _ = ended.recv() => {}
    }
    network.stop().await;
    tokio::task::spawn_blocking(move || node.stop()).await??;
    Ok(())
}
