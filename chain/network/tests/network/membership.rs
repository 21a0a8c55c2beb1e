//! Members come and go while the network runs. Who is allowed is dialed; who is disallowed is cut off at once, cannot
//! come back, and may be allowed again later.

use crate::support::{caller, connect, eventually, key, pair, plan};
use bytes::Bytes;
use chain_network::{NetworkError, Peer, SendError};
use chain_types::PublicKey;

#[tokio::test]
async fn who_is_disallowed_is_cut_off_and_may_be_allowed_again() {
    let (anna, mut ben) = pair().await;
    anna.handle().disallow(&ben.key);
    assert_eq!(anna.handle().send(&ben.key, Bytes::new()), Err(SendError::UnknownPeer));
    eventually("ben notices", || !ben.is_connected(&anna)).await;
    assert_eq!(ben.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));

    anna.handle().allow(caller(2)).expect("a key");
    connect(&anna, &ben).await;
    anna.handle().send(&ben.key, Bytes::from_static(b"again")).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, "again");
}

#[tokio::test]
async fn who_is_allowed_later_is_dialed_at_the_address_given_last() {
    let anna = plan(1).start().await;
    let ben = plan(2).knows(caller(1)).start().await;
    let nowhere = Peer { key: ben.key, addresses: vec!["127.0.0.1:1".parse().expect("an address")] };
    anna.handle().allow(nowhere).expect("a key");
    anna.handle().allow(ben.peer()).expect("a key");
    connect(&anna, &ben).await;
}

#[tokio::test]
async fn a_list_may_name_its_owner_and_no_key_that_is_none() {
    let anna = plan(1).knows(caller(1)).start().await;
    assert!(anna.handle().peers().is_empty());
    // The y coordinate 2 belongs to no point of the curve.
    let mut bytes = [0; 32];
    bytes[0] = 2;
    let no_key = PublicKey::Ed25519(bytes);
    let refused = anna.handle().allow(Peer { key: no_key, addresses: Vec::new() });
    assert!(matches!(refused, Err(NetworkError::Key(named)) if named == no_key));
    anna.handle().allow(caller(7)).expect("a key");
    assert_eq!(anna.handle().peers()[0].key, key(7));
}
