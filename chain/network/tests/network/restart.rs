//! A member stops and comes back on the same port with the same key. The others find it again by themselves, whoever
//! has whose address, and what they send from then on arrives.

use crate::{
    relay::UdpRelay,
    support::{Member, PATIENCE, caller, connect, eventually, pair, plan},
};
use bytes::Bytes;
use chain_network::SendError;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// A killed member is back in service this long after it listens again.
const BACK_WITHIN: Duration = Duration::from_secs(3);

/// A member that lost power, so that no connection of it was closed, is back in service this long after it starts.
/// Sooner than a connection without an answer is given up.
const BACK_FROM_THE_DEAD_WITHIN: Duration = Duration::from_secs(8);

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

#[tokio::test]
async fn a_member_that_lost_power_is_met_again_by_a_peer_that_still_holds_its_old_connection() {
    come_back(1, 2).await;
}

#[tokio::test]
async fn it_is_whichever_key_is_smaller() {
    come_back(2, 1).await;
}

/// Anna reaches Ben through a wire that is cut before he stops. He comes back and dials her; her old connection, which
/// she would have kept if they had dialed at once, is dead.
async fn come_back(anna: u8, ben: u8) {
    let first = plan(ben).knows(caller(anna)).start().await;
    let wire = UdpRelay::to(&first).await;
    let mut anna = plan(anna).knows(wire.peer.clone()).start().await;
    connect(&anna, &first).await;
    wire.cut().await;
    stop(first).await;
    let begun = Instant::now();
    let mut ben = plan(ben).knows(anna.peer()).start().await;
    eventually("both hear gossip of each other", || {
        let hears = |one: &Member, other: &Member| one.is_connected(other) && one.status(other).hears_gossip;
        hears(&anna, &ben) && hears(&ben, &anna) && anna.status(&ben).connections == 1
    })
    .await;
    anna.handle().send(&ben.key, Bytes::from_static(b"welcome back")).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, "welcome back");
    ben.handle().send(&anna.key, Bytes::from_static(b"thank you")).expect("connected");
    assert_eq!(anna.receive_from(ben.key).await, "thank you");
    assert!(begun.elapsed() < BACK_FROM_THE_DEAD_WITHIN, "took {:?}", begun.elapsed());
}
