//! The configuration of a network. Invariant: the seed of the network key is wiped when the configuration is dropped.

use crate::limit::Limits;
use chain_types::{ChainId, PublicKey, Versions};
use std::net::SocketAddr;
use zeroize::Zeroizing;

/// A member of the chain, as the network knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The public half of its network key.
    pub key: PublicKey,
    /// The addresses to dial: TCP first, then QUIC on the same port. Empty when only the peer dials.
    pub addresses: Vec<SocketAddr>,
}

/// The configuration of one member's network.
pub struct NetworkConfig {
    /// The chain id. It is part of the handshake and of the names of the chain's own protocols.
    pub chain_id: ChainId,
    /// The protocol versions that this member knows. Members without a common version refuse each other.
    pub versions: Versions,
    /// The seed of the Ed25519 key (RFC 8032) that identifies this member to the others.
    pub key: Zeroizing<[u8; 32]>,
    /// The addresses to listen on, with TCP and QUIC on each. Port 0 lets the system choose one port for both.
    pub listen: Vec<SocketAddr>,
    /// The allow-list. This member's own key in it is ignored.
    pub peers: Vec<Peer>,
    /// Limits of queues and messages.
    pub limits: Limits,
}
