//! The other members of the network: the file `network.json` of a data directory. Invariant: without this file the node
//! forms a chain alone or with local validators.

mod follow;

pub use follow::Following;

use crate::home::write_private;
use anyhow::{Context as _, anyhow};
use chain_node::{Links, Peer};
use chain_types::PublicKey;
use serde::{Deserialize, Serialize};
use std::{fs, net::SocketAddr, path::Path};

const FILE: &str = "network.json";

/// The network as one member sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// The addresses on which this member listens for the others, TCP and QUIC.
    pub listen: Vec<SocketAddr>,
    /// The other validators and followers. Besides them, only registered validators may connect.
    pub peers: Vec<Member>,
}

/// Another member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its addresses; empty for a member that only dials.
    #[serde(default)]
    pub addresses: Vec<SocketAddr>,
}

impl Members {
    /// Reads the file of a data directory, if there is one.
    pub fn load(folder: &Path) -> anyhow::Result<Option<Self>> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_slice(&bytes).map(Some).with_context(|| format!("reading {}", path.display()))
    }

    pub fn save(&self, folder: &Path) -> anyhow::Result<()> {
        write_private(&folder.join(FILE), &serde_json::to_vec_pretty(self)?)
    }

    /// Adds a member, or changes its addresses.
    pub fn allow(&mut self, member: Member) {
        self.disallow(&member.key);
        self.peers.push(member);
    }

    /// Removes a member. Returns whether it was there.
    pub fn disallow(&mut self, key: &str) -> bool {
        let before = self.peers.len();
        self.peers.retain(|member| !member.key.eq_ignore_ascii_case(key));
        self.peers.len() < before
    }

    /// Converts to the node's links.
    pub fn links(&self) -> anyhow::Result<Links> {
        let peers = self
            .peers
            .iter()
            .map(|member| Ok(Peer { key: public_key(&member.key)?, addresses: member.addresses.clone() }));
        Ok(Links { listen: self.listen.clone(), peers: peers.collect::<anyhow::Result<_>>()? })
    }
}

/// Parses a public key.
pub fn public_key(text: &str) -> anyhow::Result<PublicKey> {
    text.parse().map_err(|error| anyhow!("{text}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_member_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Members::load(folder.path()).expect("without the file there are no members").is_none());
        fs::write(folder.path().join(FILE), r#"{"listen":[],"peers":[{"key":"00","adresses":[]}]}"#).expect("writes");
        let error = format!("{:#}", Members::load(folder.path()).expect_err("a misspelt field is rejected"));
        assert!(error.contains("adresses"), "{error}");
        let members =
            Members { listen: Vec::new(), peers: vec![Member { key: "00".to_owned(), addresses: Vec::new() }] };
        let error = members.links().map(|_| ()).expect_err("a short key").to_string();
        assert!(error.contains("00: a public key is 66 hexadecimal digits"), "{error}");
    }

    #[test]
    fn a_member_is_named_once_with_its_last_addresses() {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let member = |key: &str, addresses| Member { key: key.to_owned(), addresses };
        let mut members = Members { listen: Vec::new(), peers: vec![member("aa", vec![at(1)])] };
        members.allow(member("bb", Vec::new()));
        members.allow(member("AA", vec![at(2)]));
        assert_eq!(members.peers, [member("bb", Vec::new()), member("AA", vec![at(2)])]);
        assert!(members.disallow("aa") && !members.disallow("aa"));
    }
}
