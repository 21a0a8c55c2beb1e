//! Combines the libp2p protocols of a connection. Invariant: the allow-list and the connection limits come first. No
//! other protocol sees a peer that is not allowed or a connection above the limits.

use crate::{
    direct::Direct,
    error::NetworkError,
    exchange::{self, Exchange},
    gossip,
    hello::{Hello, Known},
    limit::{Limits, PEER_CONNECTIONS_MAX, PENDING_CONNECTIONS_MAX, PING_INTERVAL_MS, PING_TIMEOUT_MS},
};
use chain_types::ChainId;
use libp2p::{
    StreamProtocol, allow_block_list,
    connection_limits::{self, ConnectionLimits},
    gossipsub, memory_connection_limits, ping,
    swarm::NetworkBehaviour,
};
use std::time::Duration;

#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    pub(crate) allowed: allow_block_list::Behaviour<allow_block_list::AllowedPeers>,
    pub(crate) connections: connection_limits::Behaviour,
    pub(crate) memory: memory_connection_limits::Behaviour,
    pub(crate) direct: Direct,
    pub(crate) exchange: Exchange,
    pub(crate) gossip: gossipsub::Behaviour,
    pub(crate) ping: ping::Behaviour,
}

impl Behaviour {
    /// Builds the behaviour of one chain's network.
    ///
    /// # Errors
    /// [`NetworkError::Build`].
    pub(crate) fn new(chain_id: &ChainId, known: Known, limits: &Limits) -> Result<Self, NetworkError> {
        let connections = ConnectionLimits::default()
            .with_max_pending_incoming(Some(PENDING_CONNECTIONS_MAX))
            .with_max_pending_outgoing(Some(PENDING_CONNECTIONS_MAX))
            .with_max_established(Some(limits.connections_max))
            .with_max_established_per_peer(Some(PEER_CONNECTIONS_MAX));
        let ping = ping::Config::new()
            .with_interval(Duration::from_millis(PING_INTERVAL_MS))
            .with_timeout(Duration::from_millis(PING_TIMEOUT_MS));
        Ok(Self {
            allowed: allow_block_list::Behaviour::default(),
            connections: connection_limits::Behaviour::new(connections),
            memory: memory_connection_limits::Behaviour::with_max_percentage(
                f64::from(limits.memory_permille_max) / 1_000.0,
            ),
            direct: Direct::new(Hello::new(protocol(chain_id, "message")?, known)),
            exchange: exchange::behaviour(protocol(chain_id, "exchange")?, limits),
            gossip: gossip::behaviour()?,
            ping: ping::Behaviour::new(ping),
        })
    }
}

/// The name of one of the chain's own protocols. It contains the chain id, so two chains share no protocol.
fn protocol(chain_id: &ChainId, name: &str) -> Result<StreamProtocol, NetworkError> {
    StreamProtocol::try_from_owned(format!("/waymark/{chain_id}/{name}/1"))
        .map_err(|error| NetworkError::Build(error.to_string()))
}
