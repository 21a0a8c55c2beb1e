//! Two members run builds of different protocol versions. With a version in common they connect. Without one they
//! refuse each other, and both can report the two versions.

use crate::{
    relay::UdpRelay,
    support::{Member, caller, connect, eventually, plan},
};
use bytes::Bytes;
use chain_network::{OtherVersion, RequestError, SendError};
use chain_types::{
    PROTOCOL_VERSION, ProtocolVersion,
    version::{Rules, Versions},
};

const NEXT: ProtocolVersion = ProtocolVersion(PROTOCOL_VERSION.0 + 1);
const PRESENT_RULES: Rules = Rules { version: PROTOCOL_VERSION, authors_per_tenant_max: 1 };
const NEXT_RULES: Rules = Rules { version: NEXT, ..PRESENT_RULES };
const NEXT_ALONE: Versions = Versions::of(&[NEXT_RULES]);
const BOTH: Versions = Versions::of(&[PRESENT_RULES, NEXT_RULES]);

/// Checks that each knows why the other is not connected.
async fn refuse_each_other(anna: &Member, ben: &Member) {
    let seen_by_anna = OtherVersion { ours: PROTOCOL_VERSION, theirs: NEXT };
    let seen_by_ben = OtherVersion { ours: NEXT, theirs: PROTOCOL_VERSION };
    for (one, other, reason) in [(anna, ben, seen_by_anna), (ben, anna, seen_by_ben)] {
        eventually("the reason of the refusal is known", || one.status(other).other_version == Some(reason)).await;
        assert_eq!(one.handle().send(&other.key, Bytes::new()), Err(SendError::OtherVersion(reason)));
        let asked = one.handle().request(&other.key, Bytes::new()).await;
        assert_eq!(asked, Err(RequestError::NotSent(SendError::OtherVersion(reason))));
        assert!(!one.is_connected(other));
    }
    let sentence = "it knows protocol 3 and this member protocol 2: they connect once their builds share a version";
    assert_eq!(seen_by_anna.to_string(), sentence);
}

#[tokio::test]
async fn members_without_a_common_version_refuse_each_other_with_a_reason() {
    let mut anna = plan(1).knows(caller(2)).start().await;
    let ben = plan(2).versions(NEXT_ALONE).knows(anna.peer()).start().await;
    refuse_each_other(&anna, &ben).await;
    assert!(anna.inbox.messages.try_recv().is_err());
}

#[tokio::test]
async fn over_quic_they_refuse_each_other_as_well() {
    let anna = plan(1).knows(caller(2)).start().await;
    let relay = UdpRelay::to(&anna).await;
    let ben = plan(2).versions(NEXT_ALONE).knows(relay.peer.clone()).start().await;
    refuse_each_other(&anna, &ben).await;
}

#[tokio::test]
async fn a_member_that_also_knows_the_next_version_connects() {
    let anna = plan(1).knows(caller(2)).start().await;
    let mut ben = plan(2).versions(BOTH).knows(anna.peer()).start().await;
    connect(&anna, &ben).await;
    anna.handle().send(&ben.key, Bytes::from_static(b"hello")).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, "hello");
}

#[tokio::test]
async fn a_member_that_returns_with_a_newer_build_connects() {
    let anna = plan(1).versions(NEXT_ALONE).knows(caller(2)).start().await;
    let ben = plan(2).knows(anna.peer()).start().await;
    eventually("ben is refused", || anna.status(&ben).other_version.is_some()).await;
    ben.network.stop().await;
    let ben = plan(2).versions(BOTH).knows(anna.peer()).start().await;
    connect(&anna, &ben).await;
    assert_eq!(anna.status(&ben).other_version, None);
}
