//! Messages, requests and gossip received from peers. Invariant: a message or batch occupies its sender's budget until
//! it is dropped. A flooding peer therefore waits only for its own items. Every item names the key that the transport
//! authenticated.

use crate::{budget::Permit, command::Decision, error::ReplyError, limit::RESPONSE_BYTES_MAX};
use bytes::Bytes;
use chain_types::PublicKey;
use libp2p::{
    PeerId,
    gossipsub::{MessageAcceptance, MessageId},
    request_response::ResponseChannel,
};
use tokio::sync::mpsc;

/// The receiving ends. Each is bounded; a full one applies backpressure to the peers only.
#[derive(Debug)]
pub struct Inbox {
    /// Messages, in order per peer while it stays connected.
    pub messages: mpsc::Receiver<Message>,
    /// Requests that expect an answer.
    pub requests: mpsc::Receiver<Request>,
    /// Batches that expect a verdict.
    pub gossip: mpsc::Receiver<Gossip>,
}

/// A message from a peer. Drop it once it is handled: until then it occupies the peer's share.
#[derive(Debug)]
pub struct Message {
    pub from: PublicKey,
    /// At most [`crate::MESSAGE_BYTES_MAX`].
    pub bytes: Bytes,
    pub(crate) permit: Permit,
}

/// The part of its sender's budget that a message occupies, until this is dropped.
#[derive(Debug)]
pub struct Share(#[expect(dead_code, reason = "held for its drop")] Permit);

impl Message {
    /// Drops the bytes and keeps occupying the sender's share, for as long as the decoded message waits.
    pub fn into_share(self) -> Share {
        Share(self.permit)
    }
}

/// A request from a peer.
#[derive(Debug)]
pub struct Request {
    pub from: PublicKey,
    /// At most [`crate::REQUEST_BYTES_MAX`].
    pub bytes: Bytes,
    /// The channel for the answer. Dropping it tells the requester at once that there is none.
    pub reply: Reply,
}

/// The reply channel of a [`Request`].
#[derive(Debug)]
pub struct Reply {
    pub(crate) channel: ResponseChannel<Bytes>,
    pub(crate) decisions: mpsc::UnboundedSender<Decision>,
}

impl Reply {
    /// Sends the answer; never waits.
    ///
    /// # Errors
    /// [`ReplyError::TooLarge`] above [`RESPONSE_BYTES_MAX`], [`ReplyError::Gone`] when the requester no longer waits.
    pub fn send(self, answer: Bytes) -> Result<(), ReplyError> {
        if answer.len() > RESPONSE_BYTES_MAX {
            return Err(ReplyError::TooLarge { bytes: answer.len(), bytes_max: RESPONSE_BYTES_MAX });
        }
        if !self.channel.is_open() {
            return Err(ReplyError::Gone);
        }
        self.decisions.send(Decision::Reply(self.channel, answer)).map_err(|_| ReplyError::Gone)
    }
}

/// A batch that a peer passed on. It is forwarded only when accepted. A batch dropped without a verdict is ignored.
#[derive(Debug)]
pub struct Gossip {
    /// The peer that passed it on, which need not be its publisher.
    pub from: PublicKey,
    /// At most [`crate::GOSSIP_BYTES_MAX`].
    pub bytes: Bytes,
    pub(crate) verdict: Verdict,
}

impl Gossip {
    /// The batch is valid: forwards it.
    pub fn accept(self) {
        self.verdict.give(MessageAcceptance::Accept);
    }

    /// The batch is invalid, which the forwarding peer could have checked: drops it and lowers that peer's score.
    pub fn reject(self) {
        self.verdict.give(MessageAcceptance::Reject);
    }

    /// The batch is of no use now (known, or expired on the way): drops it without a penalty.
    pub fn ignore(self) {
        self.verdict.give(MessageAcceptance::Ignore);
    }
}

/// The pending verdict on one batch, given exactly once.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) id: MessageId,
    pub(crate) from: PeerId,
    pub(crate) permit: Option<Permit>,
    pub(crate) decisions: mpsc::UnboundedSender<Decision>,
    pub(crate) is_given: bool,
}

impl Verdict {
    fn give(mut self, acceptance: MessageAcceptance) {
        self.report(acceptance);
    }

    fn report(&mut self, acceptance: MessageAcceptance) {
        if std::mem::replace(&mut self.is_given, true) {
            return;
        }
        let id = std::mem::replace(&mut self.id, MessageId(Vec::new()));
        let verdict = Decision::Verdict { id, from: self.from, acceptance, permit: self.permit.take() };
        // Fails only when the network has stopped, and then there is nothing to report.
        let _ = self.decisions.send(verdict);
    }
}

impl Drop for Verdict {
    fn drop(&mut self) {
        self.report(MessageAcceptance::Ignore);
    }
}
