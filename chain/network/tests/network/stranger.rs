//! Two peers are refused: one whose key is on no allow-list, and a member of another chain whose key and address are
//! known. They dial more than once, and meanwhile an allowed member is served.

use crate::{
    relay::TcpRelay,
    support::{Member, caller, connect, eventually, plan},
};
use bytes::Bytes;
use chain_network::SendError;

/// Connects Ben to Anna while another peer dials, and delivers a message.
async fn ben_is_served(anna: &mut Member) {
    let ben = plan(2).knows(anna.peer()).start().await;
    connect(anna, &ben).await;
    ben.handle().send(&anna.key, Bytes::from_static(b"from ben")).expect("connected");
    assert_eq!(anna.receive_from(ben.key).await, "from ben");
}

#[tokio::test]
async fn a_peer_outside_the_allow_list_is_refused() {
    let mut anna = plan(1).knows(caller(2)).start().await;
    let relay = TcpRelay::to(anna.peer(), true).await;
    let mallory = plan(66).knows(relay.peer()).start().await;
    ben_is_served(&mut anna).await;
    eventually("mallory was refused twice", || relay.ended() >= 2).await;
    assert!(!mallory.is_connected(&anna));
    assert_eq!(mallory.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));
    assert!(anna.inbox.messages.try_recv().is_err());
    assert_eq!(anna.handle().peers().len(), 1);
}

#[tokio::test]
async fn a_member_of_another_chain_never_connects() {
    let mut anna = plan(1).knows(caller(2)).knows(caller(3)).start().await;
    let relay = TcpRelay::to(anna.peer(), true).await;
    let other = plan(3).chain(2).knows(relay.peer()).start().await;
    ben_is_served(&mut anna).await;
    eventually("the other chain's member was refused twice", || relay.ended() >= 2).await;
    assert_eq!(anna.status(&other).connections, 0);
    assert!(!anna.is_connected(&other) && !other.is_connected(&anna));
    assert_eq!(anna.handle().send(&other.key, Bytes::new()), Err(SendError::NotConnected));
    assert_eq!(other.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));
    assert!(anna.inbox.messages.try_recv().is_err());
}
