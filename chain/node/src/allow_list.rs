//! The allow-list of peers: configured members, and validators registered in the beacon [P14, bonds and registration].
//! Invariant: a peer is allowed exactly while it is a configured member or a registered validator.

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
    allowed: Mutex<AllowedPeers>,
}

#[derive(Default)]
struct AllowedPeers {
    members: BTreeMap<PublicKey, Vec<SocketAddr>>,
    validators: BTreeSet<PublicKey>,
}

impl AllowedPeers {
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
        let allowed = AllowedPeers { members: by_key(members), validators: BTreeSet::new() };
        Self { network, allowed: Mutex::new(allowed) }
    }

    /// Replaces the configured members.
    pub(crate) fn set_members(&self, members: &[Peer]) -> Result<(), NetworkError> {
        self.change(|allowed| allowed.members = by_key(members))
    }

    /// Replaces the registered validators, given by their network keys.
    pub(crate) fn set_validators(&self, keys: impl Iterator<Item = PublicKey>) -> Result<(), NetworkError> {
        self.change(|allowed| allowed.validators = keys.collect())
    }

    /// Applies a change to the network as far as possible. Returns the first invalid key as the error.
    fn change(&self, change: impl FnOnce(&mut AllowedPeers)) -> Result<(), NetworkError> {
        let mut allowed = self.allowed.lock().expect("no thread panics while it holds the list");
        let before = allowed.all();
        change(&mut allowed);
        let after = allowed.all();
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
