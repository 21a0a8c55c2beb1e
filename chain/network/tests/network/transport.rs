//! Two members connect over QUIC alone. A member of another chain gets a QUIC connection but cannot send. An error
//! names the port that is already in use.

use crate::{
    relay::UdpRelay,
    support::{caller, connect, eventually, plan},
};
use bytes::Bytes;
use tokio::net::TcpListener;

#[tokio::test]
async fn members_connect_over_quic_when_tcp_is_closed() {
    let anna = plan(1).knows(caller(2)).start().await;
    let relay = UdpRelay::to(&anna).await;
    let mut ben = plan(2).knows(relay.peer).start().await;
    connect(&anna, &ben).await;
    let long = Bytes::from(vec![5; 1 << 20]);
    anna.handle().send(&ben.key, long.clone()).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, long);
}

#[tokio::test]
async fn another_chain_is_refused_over_quic_too() {
    let mut anna = plan(1).knows(caller(3)).start().await;
    let relay = UdpRelay::to(&anna).await;
    let other = plan(3).chain(2).knows(relay.peer.clone()).start().await;
    eventually("the other chain's member was refused and dialed again", || relay.callers() >= 2).await;
    assert!(!anna.is_connected(&other) && !other.is_connected(&anna));
    assert!(anna.inbox.messages.try_recv().is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = taken.local_addr().expect("the socket is bound");
    let refused = plan(1).listen(address).try_start().await.err().expect("listening fails");
    assert!(refused.to_string().contains(&address.to_string()), "{refused}");
}
