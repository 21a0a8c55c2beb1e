//! Commands of handles to the driver. Invariant: a command that used a budget carries the permit, so that the budget is
//! given back exactly when the work is done.

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

/// A decision of the inbox's owner. The channel needs no bound: there is at most one decision for each item that a
/// budget let into the inbox, and at most one lost stream for each that was opened.
#[derive(Debug)]
pub(crate) enum Decision {
    /// The answer to a request.
    Reply(ResponseChannel<Bytes>, Bytes),
    /// The verdict on a batch.
    Verdict { id: MessageId, from: PeerId, acceptance: MessageAcceptance, permit: Option<Permit> },
    /// The writer of this peer lost its stream.
    StreamLost(PeerId),
}
