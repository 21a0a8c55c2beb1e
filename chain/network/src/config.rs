//! What a network is started with. Invariant: the seed of the network key is wiped when the configuration is dropped.

use crate::limit::Limits;
use chain_types::{ChainId, PublicKey, Versions};
use std::net::SocketAddr;
use zeroize::Zeroizing;

/// A member of the chain, as the network sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The public half of its network key.
    pub key: PublicKey,
    /// Where to dial it, TCP first and then QUIC on the same port; empty when it is the one who dials.
    pub addresses: Vec<SocketAddr>,
}

/// The configuration of one member's network.
pub struct NetworkConfig {
    /// The chain. It is part of the handshake and of the names of its own protocols.
    pub chain_id: ChainId,
    /// The protocol versions that this member knows. Members without one in common refuse each other.
    pub versions: Versions,
    /// The seed of the Ed25519 key (RFC 8032) by which the other members know this one.
    pub key: Zeroizing<[u8; 32]>,
    /// Where to listen, TCP and QUIC on each; port 0 lets the system choose one port for both.
    pub listen: Vec<SocketAddr>,
    /// The allow-list. This member's own key in it is passed over.
    pub peers: Vec<Peer>,
    /// What may be held.
    pub limits: Limits,
}
