//! Reads a member's data directory as `waymark keys join` writes it. Invariant: nothing is written.

use anyhow::Context as _;
use chain_network::Peer;
use chain_types::{Genesis, codec};
use serde::Deserialize;
use std::{fs, net::SocketAddr, path::Path};
use zeroize::Zeroizing;

/// The content of the folder that this program needs.
pub(crate) struct Folder {
    pub(crate) genesis: Genesis,
    pub(crate) seed: Zeroizing<[u8; 32]>,
    pub(crate) listen: Vec<SocketAddr>,
    pub(crate) peers: Vec<Peer>,
}

#[derive(Deserialize)]
struct Members {
    listen: Vec<SocketAddr>,
    peers: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    key: String,
    addresses: Vec<SocketAddr>,
}

impl Folder {
    pub(crate) fn of_member(folder: &Path) -> anyhow::Result<Self> {
        let genesis = fs::read(folder.join("genesis")).context("reading the genesis document")?;
        let members = fs::read(folder.join("network.json")).context("reading network.json")?;
        let members: Members = serde_json::from_slice(&members)?;
        let peers =
            members.peers.into_iter().map(|member| Ok(Peer { key: member.key.parse()?, addresses: member.addresses }));
        Ok(Self {
            genesis: codec::decode("a genesis document", &genesis)?,
            seed: seed(folder)?,
            listen: members.listen,
            peers: peers.collect::<anyhow::Result<_>>()?,
        })
    }
}

/// Reads the seed of a member's key.
pub(crate) fn seed(folder: &Path) -> anyhow::Result<Zeroizing<[u8; 32]>> {
    let text = fs::read_to_string(folder.join("keys").join("node")).context("reading the key")?;
    Ok(Zeroizing::new(bytes(text.trim())?))
}

fn bytes(text: &str) -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes)?;
    Ok(bytes)
}
