//! The peers that may connect to a node: configured members, and validators that the beacon has registered [P14].
//! Invariant: only these peers connect. A peer that is both stays allowed until it is neither.

use chain_network::{NetworkError, NetworkHandle, Peer};
use chain_types::PublicKey;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Mutex,
};

/// The allow-list, and the network that enforces it.
pub(crate) struct AllowList {
    pub(crate) network: NetworkHandle,
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    members: BTreeMap<PublicKey, Vec<SocketAddr>>,
    validators: BTreeSet<PublicKey>,
}

impl Names {
    /// All allowed peers with the addresses to dial. Validators have no address here: the ledger does not record any.
    fn all(&self) -> BTreeMap<PublicKey, Vec<SocketAddr>> {
        let registered = self.validators.iter().map(|key| (*key, Vec::new()));
        let mut all: BTreeMap<_, _> = registered.collect();
        all.extend(self.members.clone());
        all
    }
}

impl AllowList {
    /// Creates the list for a network that was started with these members.
    pub(crate) fn new(network: NetworkHandle, members: &[Peer]) -> Self {
        let names = Names { members: by_key(members), validators: BTreeSet::new() };
        Self { network, names: Mutex::new(names) }
    }

    /// Replaces the configured members.
    pub(crate) fn set_members(&self, members: &[Peer]) -> Result<(), NetworkError> {
        self.change(|names| names.members = by_key(members))
    }

    /// Replaces the registered validators, given by their network keys.
    pub(crate) fn set_validators(&self, keys: impl Iterator<Item = PublicKey>) -> Result<(), NetworkError> {
        self.change(|names| names.validators = keys.collect())
    }

    /// Applies a change to the network as far as possible. Returns the first invalid key as the error.
    fn change(&self, change: impl FnOnce(&mut Names)) -> Result<(), NetworkError> {
        let mut names = self.names.lock().expect("no thread panics while it holds the names");
        let before = names.all();
        change(&mut names);
        let after = names.all();
        for key in before.keys().filter(|key| !after.contains_key(*key)) {
            self.network.disallow(key);
        }
        let mut outcome = Ok(());
        for (key, addresses) in after {
            if before.get(&key) != Some(&addresses) {
                outcome = outcome.and(self.network.allow(Peer { key, addresses }));
            }
        }
        outcome
    }
}

fn by_key(members: &[Peer]) -> BTreeMap<PublicKey, Vec<SocketAddr>> {
    members.iter().map(|member| (member.key, member.addresses.clone())).collect()
}
