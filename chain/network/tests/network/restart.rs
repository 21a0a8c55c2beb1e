//! A member stops and comes back on the same port with the same key. The others find it again by themselves, whoever has
//! whose address, and what they send from then on arrives.

use crate::support::{Member, PATIENCE, caller, connect, eventually, plan, within};
use bytes::Bytes;
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
async fn two_that_dial_at_once_settle_on_one_connection_and_lose_nothing() {
    // Both learn each other's address at the same moment, again and again.
    for round in 0..10_u8 {
        let (one, two) = (2 * round + 1, 2 * round + 2);
        let mut anna = plan(one).start().await;
        let mut ben = plan(two).start().await;
        anna.handle().allow(ben.peer()).expect("a key");
        ben.handle().allow(anna.peer()).expect("a key");
        connect(&anna, &ben).await;
        for number in 0..1_000_u32 {
            anna.handle().send(&ben.key, Bytes::copy_from_slice(&number.to_be_bytes())).expect("queued");
            ben.handle().send(&anna.key, Bytes::copy_from_slice(&number.to_be_bytes())).expect("queued");
            if number % 100 == 0 {
                tokio::task::yield_now().await;
            }
        }
        for number in 0..1_000_u32 {
            assert_eq!(ben.receive_from(anna.key).await, number.to_be_bytes().as_slice());
            assert_eq!(anna.receive_from(ben.key).await, number.to_be_bytes().as_slice());
        }
        within(anna.network.stop()).await;
        within(ben.network.stop()).await;
    }
}
