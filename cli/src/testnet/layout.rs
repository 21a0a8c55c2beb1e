//! The folders of a local network's members. Invariant: the genesis document and the addresses are created at the first
//! start. Later starts keep them.

use crate::{
    home::{ChainShape, Home, SHARDS_DEFAULT, node_key, node_seed, operator_key},
    members::{Member, Members},
    new_chain::{EpochLength, ValidatorKeys, new_genesis},
};
use anyhow::ensure;
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

/// The default number of validators of a new network.
const VALIDATORS_DEFAULT: u16 = 4;
/// The default minimum duration of an epoch, in seconds: short, because users watch the epochs change.
const EPOCH_SECONDS_DEFAULT: u64 = 1;

/// The folders of the members of a local network.
pub struct Layout {
    /// The validators' folders.
    pub validators: Vec<PathBuf>,
    /// The gateway's folder.
    pub gateway: PathBuf,
}

impl Layout {
    /// Opens the network of a folder; creates it if there is none.
    pub fn open_or_create(
        folder: &Path,
        validators: Option<u16>,
        shards: Option<u16>,
        epoch: EpochLength,
    ) -> anyhow::Result<Self> {
        let gateway = folder.join("gateway");
        if !gateway.join("genesis").exists() {
            let size = (validators.unwrap_or(VALIDATORS_DEFAULT), shards.unwrap_or(SHARDS_DEFAULT));
            let epoch_seconds = epoch.epoch_seconds.or(Some(EPOCH_SECONDS_DEFAULT));
            create(folder, &gateway, size, EpochLength { epoch_seconds, ..epoch })?;
        }
        let genesis = Home::open_or_create(&gateway, ChainShape { shards, validators: None })?.genesis;
        let count = genesis.validators.validators.len();
        ensure!(
            validators.is_none_or(|asked| usize::from(asked) == count),
            "{} holds a network of {count} validators; start it with --validators {count}",
            folder.display()
        );
        Ok(Self { validators: (0..count).map(|index| validator_folder(folder, index)).collect(), gateway })
    }
}

fn validator_folder(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("validator-{index}"))
}

fn create(folder: &Path, gateway: &Path, (validators, shards): (u16, u16), epoch: EpochLength) -> anyhow::Result<()> {
    let folders: Vec<_> = (0..usize::from(validators)).map(|index| validator_folder(folder, index)).collect();
    let keys = folders.iter().map(|folder| {
        node_key(folder)?;
        Ok(ValidatorKeys::of_seed(&*node_seed(folder)?))
    });
    let keys = keys.collect::<anyhow::Result<Vec<_>>>()?;
    let genesis = new_genesis(shards, &keys, operator_key(gateway)?.public_key(), epoch)?;
    let addresses = free_addresses(folders.len())?;
    let follower = node_key(gateway)?.public_key();
    let members: Vec<_> = keys
        .iter()
        .zip(&addresses)
        .map(|(keys, at)| Member { key: keys.key.to_string(), addresses: vec![*at] })
        .collect();
    for (index, (folder, address)) in folders.iter().zip(&addresses).enumerate() {
        let mut peers = members.clone();
        peers.remove(index);
        peers.push(Member { key: follower.to_string(), addresses: Vec::new() });
        Home::create(folder, &genesis, &Members { listen: vec![*address], peers })?;
    }
    Home::create(gateway, &genesis, &Members { listen: Vec::new(), peers: members })
}

/// The first port for members, and the number of ports.
const FIRST_PORT: u16 = 10_000;
const PORTS: u16 = 20_000;

/// Returns free loopback addresses. All are bound until all are chosen, so that they differ. Their ports are below the
/// ephemeral range. Otherwise a peer that dials a stopped member could get that member's port as its source port and
/// connect to itself, and the member could not start.
fn free_addresses(count: usize) -> anyhow::Result<Vec<SocketAddr>> {
    let from = FIRST_PORT + u16::try_from(std::process::id() % u32::from(PORTS))?;
    let ports = (from..FIRST_PORT + PORTS).chain(FIRST_PORT..from);
    let held: Vec<_> = ports.filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).take(count).collect();
    ensure!(held.len() == count, "there are no {count} free ports from {FIRST_PORT} on");
    held.iter().map(|listener| Ok(listener.local_addr()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_connection_is_given_the_port_of_a_member() {
        let addresses = free_addresses(16).expect("there are free ports");
        let ports: BTreeSet<u16> = addresses.iter().map(SocketAddr::port).collect();
        assert_eq!(ports.len(), 16, "no two are the same");
        assert!(ports.iter().all(|port| (FIRST_PORT..FIRST_PORT + PORTS).contains(port)), "{ports:?}");
    }
}
