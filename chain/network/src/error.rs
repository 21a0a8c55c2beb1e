//! Errors of the network, one type per kind of call. Invariant: each variant tells the caller how to react.

use chain_types::{ProtocolVersion, PublicKey};
use std::{io, net::SocketAddr};

/// The network did not start, or rejected a change of its members.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The bytes are not a point on the curve.
    #[error("{0} is not an Ed25519 public key")]
    Key(PublicKey),
    /// A limit is out of range: nothing could pass, or nothing would be bounded.
    #[error("the limit {0} is out of its range")]
    Limit(&'static str),
    /// Listening on an address failed.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        address: SocketAddr,
        /// The system's error.
        reason: String,
    },
    /// The threads could not be started.
    #[error("cannot start the threads of the network")]
    Threads(#[source] io::Error),
    /// The transports or protocols could not be set up.
    #[error("cannot build the network: {0}")]
    Build(String),
}

/// The peer and this member have no protocol version in common, so they do not connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it knows protocol {theirs} and this member protocol {ours}: they connect once their builds share a version")]
pub struct OtherVersion {
    /// The newest version that this member knows.
    pub ours: ProtocolVersion,
    /// The newest version that the peer knows.
    pub theirs: ProtocolVersion,
}

/// A message or a batch was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The key is not on the allow-list.
    #[error("not a member")]
    UnknownPeer,
    /// There is no connection now. The caller retries when there is one.
    #[error("not connected")]
    NotConnected,
    /// There is no connection, because the peer and this member have no version in common.
    #[error(transparent)]
    OtherVersion(#[from] OtherVersion),
    /// The queue's budget is used up, because the peer or this process is too slow. Counted as dropped.
    #[error("the queue is full")]
    QueueFull,
    /// The message or batch is longer than allowed.
    #[error("{bytes} bytes are more than {bytes_max}")]
    TooLarge { bytes: usize, bytes_max: usize },
    /// The network has stopped.
    #[error("the network has stopped")]
    Stopped,
}

/// A request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The request was not sent.
    #[error(transparent)]
    NotSent(#[from] SendError),
    /// No answer within `request_timeout_ms`.
    #[error("no answer in time")]
    Timeout,
    /// The peer dropped the request, its answer was too long, or the connection closed.
    #[error("no answer: {0}")]
    Failed(String),
}

/// An answer was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The answer is longer than allowed.
    #[error("{bytes} bytes are more than {bytes_max}")]
    TooLarge { bytes: usize, bytes_max: usize },
    /// The network has stopped, or the requester has disconnected.
    #[error("no requester waits for the answer")]
    Gone,
}
