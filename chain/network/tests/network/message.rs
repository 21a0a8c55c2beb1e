//! Two members exchange messages. Each message arrives once, whole and in order, at any allowed length. Longer messages
//! and messages to unknown peers are refused before they are sent.

use crate::support::{key, pair, plan};
use bytes::Bytes;
use chain_network::{MESSAGE_BYTES_MAX, SendError};

#[tokio::test]
async fn messages_arrive_in_order_both_ways() {
    let (mut anna, mut ben) = pair().await;
    for number in 0..5_000_u32 {
        anna.handle().send(&ben.key, Bytes::copy_from_slice(&number.to_be_bytes())).expect("queued");
        assert_eq!(ben.handle().send_all(&Bytes::copy_from_slice(&number.to_le_bytes())), 1);
    }
    for number in 0..5_000_u32 {
        assert_eq!(ben.receive_from(anna.key).await, number.to_be_bytes().as_slice());
        assert_eq!(anna.receive_from(ben.key).await, number.to_le_bytes().as_slice());
    }
    assert_eq!(anna.status(&ben).dropped, 0);
}

#[tokio::test]
async fn messages_of_any_length_up_to_the_limit_arrive() {
    let (anna, mut ben) = pair().await;
    for length in [0, 1, 65_536, 1 << 20, MESSAGE_BYTES_MAX] {
        let message = Bytes::from(vec![7; length]);
        anna.handle().send(&ben.key, message.clone()).expect("within the limit");
        assert_eq!(ben.receive_from(anna.key).await, message);
    }
    let bytes = MESSAGE_BYTES_MAX + 1;
    let refused = anna.handle().send(&ben.key, Bytes::from(vec![7; bytes]));
    assert_eq!(refused, Err(SendError::TooLarge { bytes, bytes_max: MESSAGE_BYTES_MAX }));
}

#[tokio::test]
async fn a_message_to_an_unknown_peer_is_refused() {
    let anna = plan(1).start().await;
    assert_eq!(anna.handle().send(&key(9), Bytes::new()), Err(SendError::UnknownPeer));
    assert_eq!(anna.handle().send_all(&Bytes::new()), 0);
}
