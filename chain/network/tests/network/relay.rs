//! TCP and UDP relays between two members that a test can hold closed and count connections on.

use crate::support::Member;
use chain_network::Peer;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UdpSocket},
    sync::watch,
    task::JoinHandle,
};

/// A TCP port that leads to a member. QUIC does not work there.
pub(crate) struct TcpRelay {
    target: Peer,
    address: SocketAddr,
    arrived: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
    is_open: watch::Sender<bool>,
}

impl TcpRelay {
    /// Starts a relay. Connections wait while it is closed.
    pub(crate) async fn to(target: Peer, is_open: bool) -> Self {
        let relay = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = relay.local_addr().expect("the socket is bound");
        let (is_open, opened) = watch::channel(is_open);
        let [arrived, ended] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        tokio::spawn(serve(relay, target.addresses[0], opened, [Arc::clone(&arrived), Arc::clone(&ended)]));
        Self { target, address, arrived, ended, is_open }
    }

    /// The member behind the relay, at the relay's address.
    pub(crate) fn peer(&self) -> Peer {
        Peer { key: self.target.key, addresses: vec![self.address] }
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// The number of connections that reached the relay.
    pub(crate) fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }

    /// The number of connections that were relayed and have ended.
    pub(crate) fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}

async fn serve(relay: TcpListener, target: SocketAddr, opened: watch::Receiver<bool>, counts: [Arc<AtomicUsize>; 2]) {
    let [arrived, ended] = counts;
    while let Ok((mut near, _)) = relay.accept().await {
        arrived.fetch_add(1, Ordering::SeqCst);
        let (mut opened, ended) = (opened.clone(), Arc::clone(&ended));
        tokio::spawn(async move {
            if opened.wait_for(|is_open| *is_open).await.is_err() {
                return;
            }
            if let Ok(mut far) = TcpStream::connect(target).await {
                // The result does not matter: only the end is counted.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
            ended.fetch_add(1, Ordering::SeqCst);
        });
    }
}

/// A UDP port that leads to a member. TCP does not work there.
pub(crate) struct UdpRelay {
    pub(crate) peer: Peer,
    callers: Arc<AtomicUsize>,
    carrier: JoinHandle<()>,
}

impl UdpRelay {
    pub(crate) async fn to(target: &Member) -> Self {
        let relay = UdpSocket::bind("127.0.0.1:0").await.expect("a port is free");
        let address = relay.local_addr().expect("the socket is bound");
        assert!(TcpStream::connect(address).await.is_err(), "nothing listens there on TCP");
        let callers = Arc::new(AtomicUsize::new(0));
        let carrier = tokio::spawn(carry(relay, target.network.addresses()[0], Arc::clone(&callers)));
        Self { peer: Peer { key: target.key, addresses: vec![address] }, callers, carrier }
    }

    /// Relays nothing from now on, so neither side is told when the other one closes.
    pub(crate) async fn cut(self) {
        self.carrier.abort();
        let ended = self.carrier.await;
        assert!(ended.is_err_and(|error| error.is_cancelled()), "the relay ran until now");
    }

    /// The number of dials so far. Each dial comes from another port.
    pub(crate) fn callers(&self) -> usize {
        self.callers.load(Ordering::SeqCst)
    }
}

async fn carry(relay: UdpSocket, target: SocketAddr, callers: Arc<AtomicUsize>) {
    let mut datagram = vec![0; 65_536];
    let mut caller = None;
    while let Ok((length, from)) = relay.recv_from(&mut datagram).await {
        let to = if from == target { caller } else { Some(target) };
        if from != target && caller.replace(from) != Some(from) {
            callers.fetch_add(1, Ordering::SeqCst);
        }
        if let Some(to) = to {
            relay.send_to(&datagram[..length], to).await.expect("sending on loopback succeeds");
        }
    }
}
