//! A member stops and starts again on the same port with the same key. The others reconnect by themselves, whichever
//! side has the other's address, and messages sent from then on arrive.

use crate::{
    relay::UdpRelay,
    support::{Member, PATIENCE, caller, connect, eventually, pair, plan},
};
use bytes::Bytes;
use chain_network::SendError;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The time within which a stopped member is connected again after it listens again.
const BACK_WITHIN: Duration = Duration::from_secs(3);

/// The time within which a member that lost power, and so closed no connection, is connected again after its start.
/// Shorter than the time after which an unanswered connection is given up.
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
async fn a_restarted_member_is_dialed_by_peers_that_have_its_address() {
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
async fn a_restarted_member_dials_peers_whose_addresses_it_has() {
    let anna = plan(1).knows(caller(2)).start().await;
    let ben = plan(2).knows(anna.peer()).start().await;
    let address = ben.network.addresses()[0];
    connect(&anna, &ben).await;
    stop(ben).await;
    let mut ben = plan(2).listen(address).knows(anna.peer()).start().await;
    is_served_again(&anna, &mut ben).await;
}

#[tokio::test]
async fn the_handle_of_a_stopped_network_returns_errors() {
    let (anna, ben) = pair().await;
    let handle = anna.handle();
    stop(anna).await;
    assert_eq!(handle.send(&ben.key, Bytes::new()), Err(SendError::NotConnected));
    assert_eq!(handle.gossip(Bytes::new()), Err(SendError::Stopped));
    assert_eq!(handle.peers()[0].connected_since, None);
}

#[tokio::test]
async fn dropping_a_network_ends_it() {
    let (anna, ben) = pair().await;
    drop(anna);
    eventually("ben sees the disconnection", || ben.handle().peers().iter().all(|peer| peer.connected_since.is_none()))
        .await;
}

#[tokio::test]
async fn a_member_that_lost_power_reconnects_to_a_peer_that_holds_its_old_connection() {
    come_back(1, 2).await;
}

#[tokio::test]
async fn it_reconnects_whichever_key_is_smaller() {
    come_back(2, 1).await;
}

/// Anna is connected to Ben through a relay that is cut before he stops. He restarts and dials her. Her old connection
/// is dead, although she would keep it if both had dialed at once.
async fn come_back(anna: u8, ben: u8) {
    let first = plan(ben).knows(caller(anna)).start().await;
    let wire = UdpRelay::to(&first).await;
    let mut anna = plan(anna).knows(wire.peer.clone()).start().await;
    connect(&anna, &first).await;
    wire.cut().await;
    stop(first).await;
    let begun = Instant::now();
    let mut ben = plan(ben).knows(anna.peer()).start().await;
    eventually("both are connected and subscribed to gossip", || {
        let is_ready = |one: &Member, other: &Member| one.is_connected(other) && one.status(other).is_subscribed;
        is_ready(&anna, &ben) && is_ready(&ben, &anna) && anna.status(&ben).connections == 1
    })
    .await;
    anna.handle().send(&ben.key, Bytes::from_static(b"welcome back")).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, "welcome back");
    ben.handle().send(&anna.key, Bytes::from_static(b"thank you")).expect("connected");
    assert_eq!(anna.receive_from(ben.key).await, "thank you");
    assert!(begun.elapsed() < BACK_FROM_THE_DEAD_WITHIN, "took {:?}", begun.elapsed());
}
