//! The allow-list with the state of each member, shared by the handles and the driver. Invariant: the roster holds the
//! desired members, and the driver follows it. A change is never lost, because it passes through no channel.

use crate::{
    budget::Budget,
    config::Peer,
    error::{NetworkError, OtherVersion, SendError},
    identity,
    limit::{Limits, REQUESTS_IN_FLIGHT_MAX},
    outbox::Outbox,
};
use chain_types::PublicKey;
use libp2p::PeerId;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
    time::SystemTime,
};
use tokio::sync::{Notify, Semaphore};

const HELD: &str = "no thread panics while it holds the roster";

/// Counters of one member since it was allowed.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Payload received, bytes.
    pub(crate) bytes_in: AtomicU64,
    /// Payload sent, bytes.
    pub(crate) bytes_out: AtomicU64,
    /// Messages, requests and batches that exceeded a budget, in either direction, or were queued at a disconnection.
    pub(crate) dropped: AtomicU64,
    /// Gossipsub's score, in thousandths.
    pub(crate) score_milli: AtomicI64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, amount: usize) {
        counter.fetch_add(u64::try_from(amount).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// One allowed peer.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: PublicKey,
    pub(crate) peer_id: PeerId,
    pub(crate) addresses: Mutex<Vec<SocketAddr>>,
    /// Messages to it.
    pub(crate) outbox: Outbox,
    /// The budget for messages from it.
    pub(crate) inbox: Budget,
    /// The budget for gossip from it.
    pub(crate) gossip: Budget,
    /// Slots for requests to it.
    pub(crate) asked: Arc<Semaphore>,
    /// Slots for requests from it.
    pub(crate) asking: Arc<Semaphore>,
    pub(crate) connected_since: Mutex<Option<SystemTime>>,
    /// Why it was last refused, when there is no common version.
    pub(crate) other_version: Mutex<Option<OtherVersion>>,
    pub(crate) connections: AtomicUsize,
    /// Whether it has subscribed to gossip.
    pub(crate) is_subscribed: AtomicBool,
    pub(crate) counters: Counters,
}

impl Member {
    fn new(peer: Peer, peer_id: PeerId, limits: &Limits) -> Self {
        Self {
            key: peer.key,
            peer_id,
            addresses: Mutex::new(peer.addresses),
            outbox: Outbox::new(limits.peer_queue_bytes_max),
            inbox: Budget::new(limits.peer_inbox_bytes_max),
            gossip: Budget::new(limits.peer_gossip_bytes_max),
            asked: Arc::new(Semaphore::new(REQUESTS_IN_FLIGHT_MAX)),
            asking: Arc::new(Semaphore::new(REQUESTS_IN_FLIGHT_MAX)),
            connected_since: Mutex::default(),
            other_version: Mutex::default(),
            connections: AtomicUsize::new(0),
            is_subscribed: AtomicBool::new(false),
            counters: Counters::default(),
        }
    }

    /// The addresses to dial.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.addresses.lock().expect(HELD).clone()
    }

    /// Notes that there is no common version. Returns whether this is new.
    pub(crate) fn refuse(&self, versions: OtherVersion) -> bool {
        self.other_version.lock().expect(HELD).replace(versions) != Some(versions)
    }

    /// Why it was last refused, unless it has connected since.
    pub(crate) fn other_version(&self) -> Option<OtherVersion> {
        *self.other_version.lock().expect(HELD)
    }

    /// Accepts messages from now on: a stream to it is open.
    pub(crate) fn connect(&self) {
        *self.other_version.lock().expect(HELD) = None;
        self.connected_since.lock().expect(HELD).get_or_insert_with(SystemTime::now);
        self.outbox.open();
    }

    /// Drops and counts what is queued: the last connection is gone.
    pub(crate) fn disconnect(&self) {
        *self.connected_since.lock().expect(HELD) = None;
        self.connections.store(0, Ordering::Relaxed);
        self.is_subscribed.store(false, Ordering::Relaxed);
        Counters::add(&self.counters.dropped, self.outbox.close());
    }

    pub(crate) fn connected_since(&self) -> Option<SystemTime> {
        *self.connected_since.lock().expect(HELD)
    }
}

/// The members by key.
#[derive(Debug)]
pub(crate) struct Roster {
    own: PublicKey,
    limits: Limits,
    members: RwLock<BTreeMap<PublicKey, Arc<Member>>>,
    /// Notified after every change.
    pub(crate) changed: Notify,
}

impl Roster {
    /// Creates an empty roster for the member with the key `own`.
    pub(crate) fn new(own: PublicKey, limits: Limits) -> Self {
        Self { own, limits, members: RwLock::default(), changed: Notify::new() }
    }

    /// Adds a member, or replaces the addresses of a known one. The own key is ignored.
    ///
    /// # Errors
    /// [`NetworkError::Key`] when the key is not a valid public key.
    pub(crate) fn allow(&self, peer: Peer) -> Result<(), NetworkError> {
        if peer.key == self.own {
            return Ok(());
        }
        let peer_id = identity::peer_id(&peer.key)?;
        let mut members = self.members.write().expect(HELD);
        if let Some(member) = members.get(&peer.key) {
            *member.addresses.lock().expect(HELD) = peer.addresses;
        } else {
            members.insert(peer.key, Arc::new(Member::new(peer, peer_id, &self.limits)));
        }
        drop(members);
        self.changed.notify_one();
        Ok(())
    }

    /// Removes a member. Nothing more is accepted for it.
    pub(crate) fn disallow(&self, key: &PublicKey) {
        let removed = self.members.write().expect(HELD).remove(key);
        if let Some(member) = removed {
            member.disconnect();
            self.changed.notify_one();
        }
    }

    /// The member with this key.
    ///
    /// # Errors
    /// [`SendError::UnknownPeer`].
    pub(crate) fn member(&self, key: &PublicKey) -> Result<Arc<Member>, SendError> {
        self.members.read().expect(HELD).get(key).cloned().ok_or(SendError::UnknownPeer)
    }

    /// All members, ordered by key.
    pub(crate) fn members(&self) -> Vec<Arc<Member>> {
        self.members.read().expect(HELD).values().cloned().collect()
    }
}
