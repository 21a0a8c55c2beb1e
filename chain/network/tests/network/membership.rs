//! Members are allowed and disallowed while the network runs. An allowed member is dialed. A disallowed one is
//! disconnected at once, cannot reconnect, and may be allowed again later.

use crate::support::{caller, connect, eventually, key, pair, plan};
use bytes::Bytes;
use chain_network::{NetworkError, Peer, SendError};
use chain_types::PublicKey;

#[tokio::test]
async fn a_disallowed_member_is_disconnected_and_may_be_allowed_again() {
    let (anna, mut ben) = pair().await;
    anna.handle().disallow(&ben.key);
    assert_eq!(anna.handle().send(&ben.key, Bytes::new()), Err(SendError::UnknownPeer));
    eventually("ben sees the disconnection", || !ben.is_connected(&anna)).await;
    assert_eq!(ben.handle().send(&anna.key, Bytes::new()), Err(SendError::NotConnected));

    anna.handle().allow(caller(2)).expect("the key is valid");
    connect(&anna, &ben).await;
    anna.handle().send(&ben.key, Bytes::from_static(b"again")).expect("connected");
    assert_eq!(ben.receive_from(anna.key).await, "again");
}

#[tokio::test]
async fn a_member_allowed_later_is_dialed_at_its_last_address() {
    let anna = plan(1).start().await;
    let ben = plan(2).knows(caller(1)).start().await;
    let nowhere = Peer { key: ben.key, addresses: vec!["127.0.0.1:1".parse().expect("an address")] };
    anna.handle().allow(nowhere).expect("the key is valid");
    anna.handle().allow(ben.peer()).expect("the key is valid");
    connect(&anna, &ben).await;
}

#[tokio::test]
async fn the_allow_list_ignores_its_owner_and_rejects_invalid_keys() {
    let anna = plan(1).knows(caller(1)).start().await;
    assert!(anna.handle().peers().is_empty());
    // No point of the curve has the y coordinate 2.
    let mut bytes = [0; 32];
    bytes[0] = 2;
    let no_key = PublicKey::Ed25519(bytes);
    let refused = anna.handle().allow(Peer { key: no_key, addresses: Vec::new() });
    assert!(matches!(refused, Err(NetworkError::Key(named)) if named == no_key));
    anna.handle().allow(caller(7)).expect("the key is valid");
    assert_eq!(anna.handle().peers()[0].key, key(7));
}
