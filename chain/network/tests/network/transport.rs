//! Ben's way to Anna leads over QUIC alone. They speak all the same; a member of another chain, who gets as far as a
//! QUIC connection, is not heard. A port that somebody else has is named in the error.

use crate::{
    relay::UdpRelay,
    support::{caller, connect, eventually, plan},
};
use bytes::Bytes;
use tokio::net::TcpListener;

#[tokio::test]
async fn members_speak_over_quic_when_tcp_is_closed() {
    let anna = plan(1).knows(caller(2)).start().await;
    let door = UdpRelay::to(&anna).await;
    let mut ben = plan(2).knows(door.peer).start().await;
    connect(&anna, &ben).await;
    let long = Bytes::from(vec![5; 1 << 20]);
    anna.handle().send(&ben.key, long.clone()).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, long);
}

#[tokio::test]
async fn another_chain_is_not_heard_over_quic_either() {
    let mut anna = plan(1).knows(caller(3)).start().await;
    let door = UdpRelay::to(&anna).await;
    let other = plan(3).chain(2).knows(door.peer.clone()).start().await;
    eventually("the other was turned away and came again", || door.callers() >= 2).await;
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
