//! Ben's way to Anna leads over QUIC alone: something else has her TCP port. They speak all the same; a member of another
//! chain, who gets as far as a QUIC connection, is not heard.

use crate::support::{Member, caller, connect, plan};
use bytes::Bytes;
use chain_network::Peer;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// An address whose UDP side leads to the member and whose TCP side refuses: datagrams are carried to and fro.
async fn quic_only(to: &Member) -> Peer {
    let door = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let address = door.local_addr().expect("it is bound");
    assert!(TcpStream::connect(address).await.is_err(), "nothing listens there on TCP");
    let target = to.network.addresses()[0];
    tokio::spawn(carry(door, target));
    Peer { key: to.key, addresses: vec![address] }
}

async fn carry(door: UdpSocket, target: SocketAddr) {
    let mut datagram = vec![0; 65_536];
    let mut caller = None;
    while let Ok((length, from)) = door.recv_from(&mut datagram).await {
        let to = if from == target { caller } else { Some(target) };
        if from != target {
            caller = Some(from);
        }
        if let Some(to) = to {
            door.send_to(&datagram[..length], to).await.expect("loopback takes it");
        }
    }
}

#[tokio::test]
async fn members_speak_over_quic_when_tcp_is_closed() {
    let anna = plan(1).knows(caller(2)).start().await;
    let mut ben = plan(2).knows(quic_only(&anna).await).start().await;
    connect(&anna, &ben).await;
    let long = Bytes::from(vec![5; 1 << 20]);
    anna.handle().send(&ben.key, long.clone()).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, long);
}

#[tokio::test]
async fn another_chain_is_not_heard_over_quic_either() {
    let mut anna = plan(1).knows(caller(2)).knows(caller(3)).start().await;
    let other = plan(3).chain(2).knows(quic_only(&anna).await).start().await;
    let ben = plan(2).knows(quic_only(&anna).await).start().await;
    connect(&anna, &ben).await;
    assert!(!anna.is_connected(&other) && !other.is_connected(&anna));
    assert!(anna.inbox.messages.try_recv().is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = taken.local_addr().expect("it is bound");
    let refused = plan(1).listen(address).try_start().await.err().expect("it cannot listen");
    assert!(refused.to_string().contains(&address.to_string()), "{refused}");
}
