//! Who does not belong is not let in: a stranger whose key is on no list, and a member of another chain, whose key and
//! address are known to both. They try more than once, and meanwhile a member who belongs is served.

use crate::{
    relay::TcpRelay,
    support::{Member, caller, connect, eventually, plan},
};
use bytes::Bytes;
use chain_network::SendError;

/// Ben dials Anna while somebody else tries, and is served.
async fn ben_is_served(anna: &mut Member) {
    let ben = plan(2).knows(anna.peer()).start().await;
    connect(anna, &ben).await;
    ben.handle().send(&anna.key, Bytes::from_static(b"from ben")).expect("connected");
    assert_eq!(anna.receive_from(ben.key).await, "from ben");
}

#[tokio::test]
async fn a_stranger_is_refused() {
    let mut anna = plan(1).knows(caller(2)).start().await;
    let door = TcpRelay::to(anna.peer(), true).await;
    let mallory = plan(66).knows(door.peer()).start().await;
    ben_is_served(&mut anna).await;
    eventually("mallory was turned away twice", || door.ended() >= 2).await;
    assert!(!mallory.is_connected(&anna));
    assert_eq!(mallory.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));
    assert!(anna.inbox.messages.try_recv().is_err());
    assert_eq!(anna.handle().peers().len(), 1);
}

#[tokio::test]
async fn a_member_of_another_chain_never_connects() {
    let mut anna = plan(1).knows(caller(2)).knows(caller(3)).start().await;
    let door = TcpRelay::to(anna.peer(), true).await;
    let other = plan(3).chain(2).knows(door.peer()).start().await;
    ben_is_served(&mut anna).await;
    eventually("the other was turned away twice", || door.ended() >= 2).await;
    assert_eq!(anna.status(&other).connections, 0);
    assert!(!anna.is_connected(&other) && !other.is_connected(&anna));
    assert_eq!(anna.handle().send(&other.key, Bytes::new()), Err(SendError::NotConnected));
    assert_eq!(other.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));
    assert!(anna.inbox.messages.try_recv().is_err());
}
