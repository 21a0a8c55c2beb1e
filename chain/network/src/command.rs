//! What handles ask of the driver. Invariant: whatever a budget was spent for carries the permit with it, so that the
//! budget is given back when, and only when, the work is done.

use crate::{budget::Permit, error::RequestError, roster::Member};
use bytes::Bytes;
use libp2p::{
    PeerId,
    gossipsub::{MessageAcceptance, MessageId},
    request_response::ResponseChannel,
};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Bounded: a caller waits or is refused.
#[derive(Debug)]
pub(crate) enum Command {
    /// Ask a peer.
    Request(Asked, Bytes),
    /// Publish a batch.
    Gossip(Bytes, Permit),
}

/// A request whose answer is awaited.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) member: Arc<Member>,
    pub(crate) answer: oneshot::Sender<Result<Bytes, RequestError>>,
    /// The turn, held until the answer.
    #[expect(dead_code, reason = "held for its drop")]
    pub(crate) permit: OwnedSemaphorePermit,
}

/// What the owner of the inbox decided. The channel needs no bound: there is at most one decision for each item that a
/// budget let into the inbox, and the permit comes back with it.
#[derive(Debug)]
pub(crate) enum Decision {
    /// The answer to a request.
    Reply(ResponseChannel<Bytes>, Bytes),
    /// What becomes of a batch.
    Verdict { id: MessageId, from: PeerId, acceptance: MessageAcceptance, permit: Option<Permit> },
    /// The writer of this peer lost its stream.
    StreamLost(PeerId),
}
