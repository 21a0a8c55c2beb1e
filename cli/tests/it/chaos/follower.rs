//! A follower in this process, with real connections to selected validators. Invariant: its height is at most that of
//! the most advanced selected validator.

use super::network::Network;
use crate::poll::until;
use chain_node::{Links, Node, NodeConfig, NodeHandle, Peer};
use chain_types::{Genesis, ShardId, codec};
use std::{fs, path::Path};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// A running follower that started without data.
pub(super) struct Follower {
    node: Node,
    _data: TempDir,
}

impl Follower {
    /// Starts with the genesis document only, under one of the network's follower keys.
    pub(super) async fn start(network: &Network, seat: usize, validators: &[usize]) -> Self {
        let genesis = fs::read(network.genesis()).expect("the genesis document is there");
        let genesis: Genesis = codec::decode("a genesis document", &genesis).expect("a genesis document");
        let peers = validators.iter().map(|&index| Peer {
            key: network.keys[index].parse().expect("a key"),
            addresses: vec![network.routes.listen[index]],
        });
        let links = Links { listen: Vec::new(), peers: peers.collect() };
        let data = tempfile::tempdir().expect("a temporary folder");
        let config = NodeConfig::alone(data.path().to_owned(), genesis, seed(&network.follower(seat), "node"));
        let node = Node::start(NodeConfig { links: Some(links), ..config }).await.expect("the follower starts");
        Self { node, _data: data }
    }

    /// The height of each shard.
    pub(super) fn heights(&self) -> Vec<u64> {
        let handle = self.node.handle();
        (0..handle.shards()).map(|shard| handle.tip(ShardId(shard)).borrow().height.0).collect()
    }

    /// Waits until it has these heights.
    pub(super) async fn reaches(&self, heights: &[u64]) {
        until("the follower's blocks", async || {
            self.heights().iter().zip(heights).all(|(own, goal)| own >= goal).then_some(())
        })
        .await;
    }

    /// A handle for submitting transactions.
    pub(super) fn handle(&self) -> NodeHandle {
        self.node.handle()
    }
}

/// Reads a seed from a member's folder.
pub(super) fn seed(member: &Path, name: &str) -> Zeroizing<[u8; 32]> {
    let text = fs::read_to_string(member.join("keys").join(name)).expect("the key is there");
    let mut seed = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut *seed).expect("64 hexadecimal digits");
    seed
}
