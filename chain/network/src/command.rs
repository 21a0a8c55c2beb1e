//! Commands from handles and inbox items to the driver. Invariant: a command that took a share of a budget carries the
//! permit. The share is therefore returned exactly when the work is done.

use crate::{budget::Permit, error::RequestError, roster::Member};
use bytes::Bytes;
use libp2p::{
    PeerId,
    gossipsub::{MessageAcceptance, MessageId},
    request_response::ResponseChannel,
};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A command from a handle. The channel is bounded: `request` waits for room, `gossip` fails.
#[derive(Debug)]
pub(crate) enum Command {
    /// Send a request to a peer.
    Request(Asked, Bytes),
    /// Publish a batch.
    Gossip(Bytes, Permit),
}

/// A request that waits for its answer.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) member: Arc<Member>,
    pub(crate) answer: oneshot::Sender<Result<Bytes, RequestError>>,
    /// One of the member's [`crate::REQUESTS_IN_FLIGHT_MAX`] request slots, held until the answer.
    #[expect(dead_code, reason = "held for its drop")]
    pub(crate) permit: OwnedSemaphorePermit,
}

/// A decision by the owner of the inbox. The channel needs no bound: each item that a budget admitted to the inbox
/// leads to at most one decision, and each opened stream is lost at most once.
#[derive(Debug)]
pub(crate) enum Decision {
    /// The answer to a request.
    Reply(ResponseChannel<Bytes>, Bytes),
    /// The verdict on a batch.
    Verdict { id: MessageId, from: PeerId, acceptance: MessageAcceptance, permit: Option<Permit> },
    /// The writer lost its stream to this peer.
    StreamLost(PeerId),
}
