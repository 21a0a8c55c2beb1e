//! The configuration of a node. Invariant: a node reads no other configuration from its host.

use chain_network::Peer;
use chain_types::Genesis;
use std::{net::SocketAddr, path::PathBuf};
use zeroize::Zeroizing;

/// The configuration that a node starts with.
pub struct NodeConfig {
    /// The folder of the node's data, used by this node alone.
    pub data_dir: PathBuf,
    pub genesis: Genesis,
    /// The seed of the node's key, which identifies it to its peers. A validator votes with the key; a node whose key
    /// is not a validator's is a follower.
    pub key: Zeroizing<[u8; 32]>,
    /// The network to its peers; `None` for a sole validator.
    pub links: Option<Links>,
    /// Which blocks it fetches when it has none.
    pub history: History,
    /// How many of the newest blocks it keeps whole; `None` for all. Members should keep [`crate::KEEP_BLOCKS_MIN`] or
    /// more, because a member that is behind fetches blocks from them.
    pub keep_blocks: Option<u64>,
    /// Whether it executes every block. Otherwise it executes only where it has a vote, and elsewhere applies the
    /// write-sets that a quorum certified [P8, state and write-set].
    pub executes: bool,
}

impl NodeConfig {
    /// The configuration of a sole validator.
    pub fn alone(data_dir: PathBuf, genesis: Genesis, key: Zeroizing<[u8; 32]>) -> Self {
        Self { data_dir, genesis, key, links: None, history: History::Whole, keep_blocks: None, executes: false }
    }
}

/// Which blocks a node without blocks fetches from its peers [P9, recovery].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum History {
    /// All of them, from block 1. An indexer needs them.
    Whole,
    /// Those from a snapshot of the state on, where more than `behind` blocks are missing.
    FromSnapshot {
        /// In blocks; see [`chain_replica::JOIN_BEHIND_BLOCKS`].
        behind: u64,
    },
}

/// The network links of a node.
pub struct Links {
    /// The addresses that it listens on; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// The validators and followers that it connects to, by their keys.
    pub peers: Vec<Peer>,
}
