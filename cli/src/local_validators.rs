//! Runs additional validators in the process of a data directory's node. Invariant: each has its own key and ledger in
//! `validators/<index>`. Local validators listen on free loopback ports, chosen at each start.

use crate::{
    home::{Home, node_seed},
    new_chain::ValidatorKeys,
};
use anyhow::Context as _;
use chain_node::{Links, Node, NodeConfig, Peer};
use chain_types::Genesis;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// The maximum number of validators in one process, including the node of the data directory.
pub const VALIDATORS_MAX: u16 = 16;

/// The folder with the local validators' folders.
const FOLDER: &str = "validators";
/// The folder of a local validator's shards.
const CHAIN: &str = "chain";
/// Any free port that only this machine can reach.
const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Whether a data directory holds local validators.
pub fn are_in(data: &Path) -> bool {
    data.join(FOLDER).exists()
}

fn folder_of(data: &Path, index: usize) -> PathBuf {
    data.join(FOLDER).join(index.to_string())
}

/// Returns the keys of a chain's validators: first that of the directory's own node, then those of the local
/// validators. Creates missing ones.
pub fn keys(data: &Path, first: ValidatorKeys, validators: u16) -> anyhow::Result<Vec<ValidatorKeys>> {
    let others = (1..usize::from(validators)).map(|index| {
        let seed = node_seed(&folder_of(data, index))?;
        Ok(ValidatorKeys::of_seed(&seed))
    });
    std::iter::once(Ok(first)).chain(others).collect()
}

/// Returns the links to the local validators of a data directory; `None` if there are none. `known` contains the
/// addresses of the validators that already listen, by index.
pub fn links(data: &Path, genesis: &Genesis, known: &[Vec<SocketAddr>]) -> Option<Links> {
    let validators = &genesis.validators.validators;
    if validators.len() == 1 || !data.join(FOLDER).exists() {
        return None;
    }
    let peers = validators.iter().enumerate().map(|(index, validator)| Peer {
        key: validator.key,
        addresses: known.get(index).cloned().unwrap_or_default(),
    });
    Some(Links { listen: vec![LOOPBACK], peers: peers.collect() })
}

/// Starts the local validators of a data directory in order. Each dials the ones before it. The directory's own node
/// listens at `first`.
pub async fn start(home: &Home, first: &[SocketAddr]) -> anyhow::Result<Vec<Node>> {
    let mut known = vec![first.to_vec()];
    let mut nodes = Vec::new();
    if home.members.is_some() {
        return Ok(nodes);
    }
    for index in 1..home.genesis.validators.validators.len() {
        let Some(links) = links(&home.folder, &home.genesis, &known) else { break };
        let folder = folder_of(&home.folder, index);
        let alone = NodeConfig::alone(folder.join(CHAIN), home.genesis.clone(), node_seed(&folder)?);
        let node = Node::start(NodeConfig { links: Some(links), ..alone }).await;
        let node = node.with_context(|| format!("starting validator {index}"))?;
        known.push(node.addresses().to_vec());
        nodes.push(node);
    }
    Ok(nodes)
}
