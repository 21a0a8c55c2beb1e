//! Doors between two members that a story can watch, and keep shut for a while.

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

/// A TCP port that leads to a member. QUIC finds nobody there.
pub(crate) struct TcpRelay {
    target: Peer,
    address: SocketAddr,
    arrived: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
    is_open: watch::Sender<bool>,
}

impl TcpRelay {
    /// A door; whoever comes while it is shut waits in front of it.
    pub(crate) async fn to(target: Peer, is_open: bool) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = door.local_addr().expect("it is bound");
        let (is_open, opened) = watch::channel(is_open);
        let [arrived, ended] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        tokio::spawn(serve(door, target.addresses[0], opened, [Arc::clone(&arrived), Arc::clone(&ended)]));
        Self { target, address, arrived, ended, is_open }
    }

    /// The member behind the door.
    pub(crate) fn peer(&self) -> Peer {
        Peer { key: self.target.key, addresses: vec![self.address] }
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// How many connections came to the door.
    pub(crate) fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }

    /// How many connections came through and ended.
    pub(crate) fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}

async fn serve(door: TcpListener, target: SocketAddr, opened: watch::Receiver<bool>, counts: [Arc<AtomicUsize>; 2]) {
    let [arrived, ended] = counts;
    while let Ok((mut near, _)) = door.accept().await {
        arrived.fetch_add(1, Ordering::SeqCst);
        let (mut opened, ended) = (opened.clone(), Arc::clone(&ended));
        tokio::spawn(async move {
            if opened.wait_for(|is_open| *is_open).await.is_err() {
                return;
            }
            if let Ok(mut far) = TcpStream::connect(target).await {
                // However it ends, it has ended.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
            ended.fetch_add(1, Ordering::SeqCst);
        });
    }
}

/// A UDP port that leads to a member. TCP finds nobody there.
pub(crate) struct UdpRelay {
    pub(crate) peer: Peer,
    callers: Arc<AtomicUsize>,
    carrier: JoinHandle<()>,
}

impl UdpRelay {
    pub(crate) async fn to(target: &Member) -> Self {
        let door = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = door.local_addr().expect("it is bound");
        assert!(TcpStream::connect(address).await.is_err(), "nothing listens there on TCP");
        let callers = Arc::new(AtomicUsize::new(0));
        let carrier = tokio::spawn(carry(door, target.network.addresses()[0], Arc::clone(&callers)));
        Self { peer: Peer { key: target.key, addresses: vec![address] }, callers, carrier }
    }

    /// Carries nothing from here on: neither side hears that the other one ends.
    pub(crate) async fn cut(self) {
        self.carrier.abort();
        let ended = self.carrier.await;
        assert!(ended.is_err_and(|error| error.is_cancelled()), "it carried until now");
    }

    /// How often somebody has begun anew: each dial comes from another port.
    pub(crate) fn callers(&self) -> usize {
        self.callers.load(Ordering::SeqCst)
    }
}

async fn carry(door: UdpSocket, target: SocketAddr, callers: Arc<AtomicUsize>) {
    let mut datagram = vec![0; 65_536];
    let mut caller = None;
    while let Ok((length, from)) = door.recv_from(&mut datagram).await {
        let to = if from == target { caller } else { Some(target) };
        if from != target && caller.replace(from) != Some(from) {
            callers.fetch_add(1, Ordering::SeqCst);
        }
        if let Some(to) = to {
            door.send_to(&datagram[..length], to).await.expect("loopback takes it");
        }
    }
}
