//! The sending side of the network, cheap to clone. Invariant: only [`NetworkHandle::request`] waits for a peer. Every
//! refusal is returned as an error or counted.

use crate::{
    budget::Budget,
    command::{Asked, Command},
    config::Peer,
    error::{NetworkError, OtherVersion, RequestError, SendError},
    limit::{GOSSIP_BYTES_MAX, MESSAGE_BYTES_MAX, REQUEST_BYTES_MAX},
    roster::{Counters, Member, Roster},
};
use bytes::Bytes;
use chain_types::PublicKey;
use std::{
    sync::{Arc, atomic::Ordering},
    time::SystemTime,
};
use tokio::sync::{mpsc, oneshot};

/// The status of one allowed peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Its network key.
    pub key: PublicKey,
    /// Since when messages to it are accepted; `None` while it is not connected.
    pub connected_since: Option<SystemTime>,
    /// Why it was last refused, unless it connected since: there is no common protocol version.
    pub other_version: Option<OtherVersion>,
    /// Established connections to it: one, or two for a short time after both sides dialed.
    pub connections: usize,
    /// Whether it has subscribed to gossip: a batch published now is sent to it.
    pub is_subscribed: bool,
    /// Payload received from it since it was allowed, bytes.
    pub bytes_in: u64,
    /// Payload written to it since it was allowed, bytes.
    pub bytes_out: u64,
    /// Messages, requests and batches to and from it that exceeded a budget or were queued when it disconnected.
    pub dropped: u64,
    /// Gossipsub's score in thousandths. Negative after misbehaviour.
    pub score_milli: i64,
}

/// Sends to the members of the chain.
#[derive(Clone, Debug)]
pub struct NetworkHandle {
    pub(crate) roster: Arc<Roster>,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) gossip: Budget,
}

impl NetworkHandle {
    /// Queues a message for one peer without waiting. Messages to one peer stay in order while it is connected.
    /// Messages that are still queued when it disconnects are lost and counted.
    ///
    /// # Errors
    /// [`SendError`]: too large, unknown peer, not connected, or the peer's budget is used up.
    pub fn send(&self, to: &PublicKey, message: Bytes) -> Result<(), SendError> {
        check(&message, MESSAGE_BYTES_MAX)?;
        queue(&*self.roster.member(to)?, message)
    }

    /// Queues a message for every connected peer and returns the number of those peers. All share one copy of the
    /// bytes. A peer whose budget is used up misses the message, which is counted. A message that is too large is sent
    /// to no peer.
    pub fn send_all(&self, message: &Bytes) -> usize {
        if check(message, MESSAGE_BYTES_MAX).is_err() {
            return 0;
        }
        self.roster.members().iter().filter(|member| queue(member, message.clone()).is_ok()).count()
    }

    /// Sends a request to one peer and waits for the answer, at most `request_timeout_ms` after sending. At most
    /// [`crate::REQUESTS_IN_FLIGHT_MAX`] requests to one peer are in flight; further ones wait.
    ///
    /// # Errors
    /// [`RequestError`]: not sent, no answer in time, or the peer dropped the request.
    pub async fn request(&self, to: &PublicKey, request: Bytes) -> Result<Bytes, RequestError> {
        check(&request, REQUEST_BYTES_MAX)?;
        let member = self.roster.member(to)?;
        let permit = Arc::clone(&member.asked).acquire_owned().await.expect("a member's semaphore is never closed");
        if !member.outbox.is_open() {
            return Err(not_connected(&member, SendError::NotConnected).into());
        }
        let (answer, answered) = oneshot::channel();
        let asked = Asked { member, answer, permit };
        self.commands.send(Command::Request(asked, request)).await.map_err(|_| SendError::Stopped)?;
        answered.await.map_err(|_| SendError::Stopped)?
    }

    /// Publishes a batch to the whole chain without waiting. Each member that accepts it passes it on.
    ///
    /// # Errors
    /// [`SendError`]: too large, too much is queued, or stopped.
    pub fn gossip(&self, batch: Bytes) -> Result<(), SendError> {
        check(&batch, GOSSIP_BYTES_MAX)?;
        let permit = self.gossip.try_acquire(batch.len()).ok_or(SendError::QueueFull)?;
        self.commands.try_send(Command::Gossip(batch, permit)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SendError::QueueFull,
            mpsc::error::TrySendError::Closed(_) => SendError::Stopped,
        })
    }

    /// The status of every allowed peer, ordered by key.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.roster.members().iter().map(|member| status(member)).collect()
    }

    /// Allows a peer, or replaces the addresses of an allowed one.
    ///
    /// # Errors
    /// [`NetworkError::Key`] when the key is not a valid public key.
    pub fn allow(&self, peer: Peer) -> Result<(), NetworkError> {
        self.roster.allow(peer)
    }

    /// Disallows a peer: nothing more is sent to it, its connections are closed, and new ones are refused.
    pub fn disallow(&self, key: &PublicKey) {
        self.roster.disallow(key);
    }
}

fn check(payload: &Bytes, bytes_max: usize) -> Result<(), SendError> {
    match payload.len() {
        bytes if bytes > bytes_max => Err(SendError::TooLarge { bytes, bytes_max }),
        _ => Ok(()),
    }
}

fn queue(member: &Member, message: Bytes) -> Result<(), SendError> {
    let queued = member.outbox.push(message).map_err(|error| not_connected(member, error));
    queued.inspect_err(|_| Counters::add(&member.counters.dropped, 1))
}

/// Replaces `NotConnected` by the reason why the member is not connected, when it is known.
fn not_connected(member: &Member, error: SendError) -> SendError {
    let why = member.other_version().filter(|_| error == SendError::NotConnected);
    why.map_or(error, SendError::OtherVersion)
}

fn status(member: &Member) -> PeerStatus {
    let counters = &member.counters;
    PeerStatus {
        key: member.key,
        connected_since: member.connected_since(),
        other_version: member.other_version(),
        connections: member.connections.load(Ordering::Relaxed),
        is_subscribed: member.is_subscribed.load(Ordering::Relaxed),
        bytes_in: counters.bytes_in.load(Ordering::Relaxed),
        bytes_out: counters.bytes_out.load(Ordering::Relaxed),
        dropped: counters.dropped.load(Ordering::Relaxed),
        score_milli: counters.score_milli.load(Ordering::Relaxed),
    }
}
