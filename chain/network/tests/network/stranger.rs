//! Who does not belong is not let in: a stranger whose key is on no list, and a member of another chain, whose key and
//! address are known to both. While they try, a member who belongs is served.

use crate::support::{Member, caller, connect, eventually, plan};
use bytes::Bytes;
use chain_network::SendError;

/// Ben dials Anna next to whoever else tries, and is served although they do.
async fn ben_is_served(anna: &mut Member) {
    let ben = plan(2).knows(anna.peer()).start().await;
    connect(anna, &ben).await;
    ben.handle().send(&anna.key, Bytes::from_static(b"from ben")).expect("connected");
    assert_eq!(anna.receive_from(ben.key).await, "from ben");
}

#[tokio::test]
async fn a_stranger_is_refused() {
    let mut anna = plan(1).knows(caller(2)).start().await;
    let mallory = plan(66).knows(anna.peer()).start().await;
    ben_is_served(&mut anna).await;
    assert!(!mallory.is_connected(&anna));
    assert_eq!(mallory.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));
    assert!(anna.inbox.messages.try_recv().is_err());
    assert_eq!(anna.handle().peers().len(), 1);
}

#[tokio::test]
async fn a_member_of_another_chain_never_connects() {
    let mut anna = plan(1).knows(caller(2)).knows(caller(3)).start().await;
    let other = plan(3).chain(2).knows(anna.peer()).start().await;
    eventually("the other chain has tried", || other.handle().peers().len() == 1).await;
    ben_is_served(&mut anna).await;
    assert!(!anna.is_connected(&other) && !other.is_connected(&anna));
    assert_eq!(anna.handle().send(&other.key, Bytes::new()), Err(SendError::NotConnected));
    assert_eq!(other.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));
    assert!(anna.inbox.messages.try_recv().is_err());
}
