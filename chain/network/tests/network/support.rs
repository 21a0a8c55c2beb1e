//! Builds members for the tests. Nothing here sleeps for a fixed time: conditions are polled until they hold.

use bytes::Bytes;
use chain_network::{Inbox, Limits, Message, Network, NetworkConfig, NetworkError, NetworkHandle, Peer, PeerStatus};
use chain_types::{ChainId, Digest, PublicKey, SecretKey, Versions};
use std::{future::Future, net::SocketAddr, time::Duration};
use tokio::time::{Instant, interval, timeout};

/// No awaited event takes longer than this, however busy the machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One member: its network, and the key by which the others know it.
pub(crate) struct Member {
    pub(crate) key: PublicKey,
    pub(crate) network: Network,
    pub(crate) inbox: Inbox,
}

/// The configuration of a member. A test changes the fields it is about.
pub(crate) struct Plan {
    pub(crate) chain: u8,
    pub(crate) versions: Versions,
    pub(crate) seed: u8,
    pub(crate) listen: SocketAddr,
    pub(crate) peers: Vec<Peer>,
    pub(crate) limits: Limits,
}

/// A plan with a port chosen by the system and no peers.
pub(crate) fn plan(seed: u8) -> Plan {
    Plan {
        chain: 1,
        versions: Versions::KNOWN,
        seed,
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        peers: Vec::new(),
        limits: Limits { memory_permille_max: 1_000, ..Limits::default() },
    }
}

pub(crate) fn key(seed: u8) -> PublicKey {
    SecretKey::from_seed(&[seed; 32]).public_key()
}

/// A peer that dials this member.
pub(crate) fn caller(seed: u8) -> Peer {
    Peer { key: key(seed), addresses: Vec::new() }
}

impl Plan {
    pub(crate) fn knows(mut self, peer: Peer) -> Self {
        self.peers.push(peer);
        self
    }

    pub(crate) fn chain(self, chain: u8) -> Self {
        Self { chain, ..self }
    }

    pub(crate) fn versions(self, versions: Versions) -> Self {
        Self { versions, ..self }
    }

    pub(crate) fn listen(self, listen: SocketAddr) -> Self {
        Self { listen, ..self }
    }

    pub(crate) fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    pub(crate) async fn start(self) -> Member {
        self.try_start().await.expect("a port on loopback is free")
    }

    pub(crate) async fn try_start(self) -> Result<Member, NetworkError> {
        let config = NetworkConfig {
            chain_id: ChainId(Digest([self.chain; 32])),
            versions: self.versions,
            key: [self.seed; 32].into(),
            listen: vec![self.listen],
            peers: self.peers,
            limits: self.limits,
        };
        let (network, inbox) = Network::start(config).await?;
        Ok(Member { key: key(self.seed), network, inbox })
    }
}

impl Member {
    pub(crate) fn handle(&self) -> NetworkHandle {
        self.network.handle()
    }

    /// The key and address by which others dial this member.
    pub(crate) fn peer(&self) -> Peer {
        Peer { key: self.key, addresses: self.network.addresses().to_vec() }
    }

    pub(crate) fn status(&self, of: &Self) -> PeerStatus {
        let mut peers = self.handle().peers().into_iter();
        peers.find(|peer| peer.key == of.key).expect("the peer is allowed")
    }

    pub(crate) fn is_connected(&self, to: &Self) -> bool {
        self.handle().peers().iter().any(|peer| peer.key == to.key && peer.connected_since.is_some())
    }

    pub(crate) async fn receive(&mut self) -> Message {
        within(self.inbox.messages.recv()).await.expect("the network runs")
    }

    /// The bytes of the next message, which must come from this member.
    pub(crate) async fn receive_from(&mut self, from: PublicKey) -> Bytes {
        let message = self.receive().await;
        assert_eq!(message.from, from);
        message.bytes
    }
}

/// Starts two members, the second of which dials the first.
pub(crate) async fn pair() -> (Member, Member) {
    let first = plan(1).knows(caller(2)).start().await;
    let second = plan(2).knows(first.peer()).start().await;
    connect(&first, &second).await;
    (first, second)
}

/// Waits until each can send to the other.
pub(crate) async fn connect(one: &Member, other: &Member) {
    eventually("both are connected", || one.is_connected(other) && other.is_connected(one)).await;
}

/// Returns the future's value, or fails the test after [`PATIENCE`].
pub(crate) async fn within<F: Future>(event: F) -> F::Output {
    timeout(PATIENCE, event).await.expect("the awaited event did not happen in time")
}

/// Returns as soon as `holds` is true.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut look = interval(Duration::from_millis(2));
    while !holds() {
        assert!(Instant::now() < deadline, "never: {what}");
        look.tick().await;
    }
}
