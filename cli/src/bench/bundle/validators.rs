//! Runs the validators of one chain in this process, connected over loopback. Invariant: the validators stop before
//! their folder is removed.

use anyhow::Context as _;
use chain_node::{Links, Node, NodeConfig, NodeHandle, Peer};
use chain_types::{
    ChainParameters, Epoch, Genesis, PROTOCOL_VERSION, SecretKey, TimestampMs,
    validator::{Validator, ValidatorSet},
};
use std::net::{Ipv4Addr, SocketAddr};
use tempfile::TempDir;

/// The number of validators.
pub const COUNT: u8 = 4;
/// The seed of the operator's key.
pub const OPERATOR: [u8; 32] = [1; 32];

/// Running validators.
pub struct Validators {
    nodes: Vec<Node>,
    _folder: TempDir,
}

impl Validators {
    /// Starts all of them with two shards. Each dials the ones before it.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let key = |index: u8| SecretKey::from_seed(&seed(index)).public_key();
        let genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "bench".to_owned(),
            timestamp_ms: TimestampMs(0),
            salt: rand::random(),
            shards: 2,
            operator: SecretKey::from_seed(&OPERATOR).public_key(),
            parameters: ChainParameters::default(),
            validators: ValidatorSet {
                epoch: Epoch(0),
                validators: (0..COUNT).map(|index| Validator { key: key(index), weight: 1 }).collect(),
            },
            beacon: None,
        };
        let mut nodes: Vec<Node> = Vec::new();
        for index in 0..COUNT {
            let others = (0..COUNT).filter(|other| *other != index);
            let peers = others.map(|other| Peer {
                key: key(other),
                addresses: nodes.get(usize::from(other)).map(|node| node.addresses().to_vec()).unwrap_or_default(),
            });
            let links = Links { listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))], peers: peers.collect() };
            let data_dir = folder.path().join(format!("validator-{index}"));
            let alone = NodeConfig::alone(data_dir, genesis.clone(), seed(index).into());
            let config = NodeConfig { links: Some(links), ..alone };
            nodes.push(Node::start(config).await.context("starting a validator")?);
        }
        Ok(Self { nodes, _folder: folder })
    }

    pub fn handle(&self) -> NodeHandle {
        self.nodes.first().expect("there are some").handle()
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        let Self { nodes, _folder } = self;
        let stop = move || nodes.into_iter().try_for_each(Node::stop);
        Ok(tokio::task::spawn_blocking(stop).await??)
    }
}

const fn seed(index: u8) -> [u8; 32] {
    [0x60 + index; 32]
}
