//! What arrives. Invariant: an item holds its sender's share of the budget until it is dropped, so a peer that floods
//! waits for its own items to be handled and for no other's; every item names the key that the transport proved.

use crate::{budget::Permit, command::Decision, error::ReplyError, limit::RESPONSE_BYTES_MAX};
use bytes::Bytes;
use chain_types::PublicKey;
use libp2p::{
    PeerId,
    gossipsub::{MessageAcceptance, MessageId},
    request_response::ResponseChannel,
};
use tokio::sync::mpsc;

/// The receiving ends. Each is bounded; a full one pushes back on the peers and on nothing else.
#[derive(Debug)]
pub struct Inbox {
    /// Messages: in order for each peer as long as it stays connected.
    pub messages: mpsc::Receiver<Message>,
    /// Requests that want an answer.
    pub requests: mpsc::Receiver<Request>,
    /// Batches that want a verdict.
    pub gossip: mpsc::Receiver<Gossip>,
}

/// A message from a peer. Drop it when it is handled: until then it occupies the peer's share.
#[derive(Debug)]
pub struct Message {
    /// Who sent it.
    pub from: PublicKey,
    /// At most [`crate::MESSAGE_BYTES_MAX`].
    pub bytes: Bytes,
    pub(crate) permit: Permit,
}

/// What a message occupies of its sender's share, until this is dropped.
#[derive(Debug)]
pub struct Share(#[expect(dead_code, reason = "held for its drop")] Permit);

impl Message {
    /// Lets the bytes go and goes on occupying the sender's share, for as long as what was decoded from them waits.
    pub fn into_share(self) -> Share {
        Share(self.permit)
    }
}

/// A request from a peer.
#[derive(Debug)]
pub struct Request {
    /// Who asks.
    pub from: PublicKey,
    /// At most [`crate::REQUEST_BYTES_MAX`].
    pub bytes: Bytes,
    /// Where the answer goes. Dropping it tells the asker at once that there is none.
    pub reply: Reply,
}

/// The way back of a [`Request`].
#[derive(Debug)]
pub struct Reply {
    pub(crate) channel: ResponseChannel<Bytes>,
    pub(crate) decisions: mpsc::UnboundedSender<Decision>,
}

impl Reply {
    /// Answers; never waits.
    ///
    /// # Errors
    /// [`ReplyError::TooLarge`] above [`RESPONSE_BYTES_MAX`], [`ReplyError::Gone`] when nobody waits any more.
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

/// A batch that some peer passed on. It travels on only when accepted; dropped without a verdict it is ignored.
#[derive(Debug)]
pub struct Gossip {
    /// The neighbour it came from, who need not be who made it.
    pub from: PublicKey,
    /// At most [`crate::GOSSIP_BYTES_MAX`].
    pub bytes: Bytes,
    pub(crate) verdict: Verdict,
}

impl Gossip {
    /// It is valid: pass it on.
    pub fn accept(self) {
        self.verdict.give(MessageAcceptance::Accept);
    }

    /// It is invalid and whoever passes it on should have known: it ends here and costs the neighbour its score.
    pub fn reject(self) {
        self.verdict.give(MessageAcceptance::Reject);
    }

    /// It is of no use now (known, or expired on the way): it ends here and costs nothing.
    pub fn ignore(self) {
        self.verdict.give(MessageAcceptance::Ignore);
    }
}

/// The pending verdict of one batch, given exactly once.
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
        self.tell(acceptance);
    }

    fn tell(&mut self, acceptance: MessageAcceptance) {
        if std::mem::replace(&mut self.is_given, true) {
            return;
        }
        let id = std::mem::replace(&mut self.id, MessageId(Vec::new()));
        let verdict = Decision::Verdict { id, from: self.from, acceptance, permit: self.permit.take() };
        // When the network has stopped there is nobody left to tell.
        let _ = self.decisions.send(verdict);
    }
}

impl Drop for Verdict {
    fn drop(&mut self) {
        self.tell(MessageAcceptance::Ignore);
    }
}
