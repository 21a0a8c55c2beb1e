//! A member stops and comes back on the same port with the same key. The others find it again by themselves, whoever has
//! whose address, and what they send from then on arrives.

use crate::support::{Member, PATIENCE, caller, connect, eventually, pair, plan};
use bytes::Bytes;
use chain_network::SendError;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// A killed member is back in service this long after it listens again.
const BACK_WITHIN: Duration = Duration::from_secs(3);

async fn stop(member: Member) {
    timeout(PATIENCE, member.network.stop()).await.expect("it stops");
}

async fn is_served_again(anna: &Member, ben: &mut Member) {
    let begun = Instant::now();
    connect(anna, ben).await;
    assert!(begun.elapsed() < BACK_WITHIN, "took {:?}", begun.elapsed());
    anna.handle().send(&ben.key, Bytes::from_static(b"welcome back")).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, "welcome back");
}

#[tokio::test]
async fn a_member_that_restarts_is_found_by_those_who_have_its_address() {
    let ben = plan(2).knows(caller(1)).start().await;
    let address = ben.network.addresses()[0];
    let anna = plan(1).knows(ben.peer()).start().await;
    connect(&anna, &ben).await;
    stop(ben).await;
    eventually("the loss is noticed", || anna.handle().peers().iter().all(|peer| peer.connected_since.is_none())).await;
    let mut ben = plan(2).listen(address).knows(caller(1)).start().await;
    is_served_again(&anna, &mut ben).await;
}

#[tokio::test]
async fn a_member_that_restarts_finds_those_whose_address_it_has() {
    let anna = plan(1).knows(caller(2)).start().await;
    let ben = plan(2).knows(anna.peer()).start().await;
    let address = ben.network.addresses()[0];
    connect(&anna, &ben).await;
    stop(ben).await;
    let mut ben = plan(2).listen(address).knows(anna.peer()).start().await;
    is_served_again(&anna, &mut ben).await;
}

#[tokio::test]
async fn a_network_that_has_stopped_says_so_to_who_still_holds_a_handle() {
    let (anna, ben) = pair().await;
    let handle = anna.handle();
    stop(anna).await;
    assert_eq!(handle.send(&ben.key, Bytes::new()), Err(SendError::NotConnected));
    assert_eq!(handle.gossip(Bytes::new()), Err(SendError::Stopped));
    assert_eq!(handle.peers()[0].connected_since, None);
}

#[tokio::test]
async fn a_network_that_is_dropped_ends_as_well() {
    let (anna, ben) = pair().await;
    drop(anna);
    eventually("ben notices", || ben.handle().peers().iter().all(|peer| peer.connected_since.is_none())).await;
}
