//! Moves opaque bytes between the members of one chain, which identify each other by Ed25519 key. Invariant: no peer
//! outside the allow-list stays connected. Members of different chains, or without a common protocol version, exchange
//! no messages. Every queue for or from a peer is bounded, so a slow or hostile peer harms only itself.
//!
//! There are three ways to send: *messages* (votes, proposals), in order, on one long-lived stream per direction;
//! *requests* (blocks, chunks) with an answer; *gossip* (batches of transactions), forwarded only after a verdict.

mod behaviour;
mod budget;
mod command;
mod config;
mod direct;
mod driver;
mod error;
mod exchange;
mod frame;
mod gossip;
mod handle;
mod hello;
mod identity;
mod inbox;
mod limit;
mod network;
mod outbox;
mod reader;
mod roster;
mod session;
mod swarm;
mod writer;

pub use config::{NetworkConfig, Peer};
pub use error::{NetworkError, OtherVersion, ReplyError, RequestError, SendError};
pub use handle::{NetworkHandle, PeerStatus};
pub use inbox::{Gossip, Inbox, Message, Reply, Request, Share};
pub use limit::{
    GOSSIP_BYTES_MAX, Limits, MESSAGE_BYTES_MAX, MESSAGE_OVERHEAD_BYTES, PEER_CONNECTIONS_MAX, REDIAL_MS_MAX,
    REDIAL_MS_MIN, REQUEST_BYTES_MAX, REQUESTS_IN_FLIGHT_MAX, RESPONSE_BYTES_MAX,
};
pub use network::Network;
