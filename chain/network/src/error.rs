//! Failures of the network, by caller. Invariant: an error tells the caller how to react.

use chain_types::{ProtocolVersion, PublicKey};
use std::{io, net::SocketAddr};

/// The network did not start, or a change of its members was refused.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The bytes are not a point of the curve.
    #[error("{0} is not an Ed25519 public key")]
    Key(PublicKey),
    /// The limit would let nothing pass, or does not bound anything.
    #[error("the limit {0} is out of its range")]
    Limit(&'static str),
    /// An address could not be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The requested address.
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

/// There is no protocol version that both members know, so they do not connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it knows protocol {theirs} and this member protocol {ours}: they do not talk until both run builds of one version"
)]
pub struct OtherVersion {
    /// The newest that this member knows.
    pub ours: ProtocolVersion,
    /// The newest that the other one knows.
    pub theirs: ProtocolVersion,
}

/// A message or a batch was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The key is not on the allow-list.
    #[error("not a member")]
    UnknownPeer,
    /// No connection now. The caller sends again when there is one.
    #[error("not connected")]
    NotConnected,
    /// No connection, because the peer knows no version that this member knows.
    #[error(transparent)]
    OtherVersion(#[from] OtherVersion),
    /// The queue's budget is used up: the peer, or this process, is too slow. Counted as dropped.
    #[error("the queue is full")]
    QueueFull,
    /// Longer than a message or a batch may be.
    #[error("{bytes} bytes are more than {bytes_max}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The network has stopped.
    #[error("the network has stopped")]
    Stopped,
}

/// A request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// It was not sent.
    #[error(transparent)]
    NotSent(#[from] SendError),
    /// No answer within `request_timeout_ms`.
    #[error("no answer in time")]
    Timeout,
    /// The peer dropped the request, answered at too great a length, or the connection closed.
    #[error("no answer: {0}")]
    Failed(String),
}

/// An answer was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Longer than an answer may be.
    #[error("{bytes} bytes are more than {bytes_max}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The network has stopped, or the requester has disconnected.
    #[error("nobody waits for the answer")]
    Gone,
}
