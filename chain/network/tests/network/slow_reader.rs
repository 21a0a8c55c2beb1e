//! One member stops reading. The queue for it is bounded, and what exceeds it is counted as dropped. Meanwhile a member
//! that reads is served, and so is one that sends to a member flooded by another. When the slow one reads again it gets
//! what was queued, in order.

use crate::support::{caller, connect, eventually, plan};
use bytes::Bytes;
use chain_network::{Limits, MESSAGE_BYTES_MAX, MESSAGE_OVERHEAD_BYTES, SendError};

const SMALLEST_BYTES: usize = MESSAGE_BYTES_MAX + MESSAGE_OVERHEAD_BYTES;

fn small() -> Limits {
    Limits { peer_queue_bytes_max: SMALLEST_BYTES, peer_inbox_bytes_max: SMALLEST_BYTES, ..Limits::default() }
}

#[tokio::test]
async fn a_slow_reader_does_not_delay_other_members() {
    let anna = plan(1).knows(caller(2)).knows(caller(3)).limits(small()).start().await;
    let mut ben = plan(2).knows(anna.peer()).limits(small()).start().await;
    let mut cleo = plan(3).knows(anna.peer()).start().await;
    connect(&anna, &ben).await;
    connect(&anna, &cleo).await;

    let megabyte = Bytes::from(vec![1; 1 << 20]);
    let mut sent = 0_usize;
    eventually("the queue to ben is full", || match anna.handle().send(&ben.key, megabyte.clone()) {
        Ok(()) => {
            sent += 1;
            false
        }
        Err(error) => {
            assert_eq!(error, SendError::QueueFull);
            anna.status(&ben).dropped > 10 && ben.inbox.messages.len() > 10
        }
    })
    .await;
    // Two budgets of 24 MiB, the buffers of the sockets, and the window of the stream between them.
    assert!(sent < 100, "{sent} MiB were queued");
    for number in 0..100_u8 {
        anna.handle().send(&cleo.key, Bytes::from(vec![number])).expect("the queue to cleo has room");
        assert_eq!(cleo.receive_from(anna.key).await, [number].as_slice());
    }
    for _ in 0..sent {
        assert_eq!(ben.receive_from(anna.key).await, megabyte);
    }
}

#[tokio::test]
async fn a_flood_fills_only_its_senders_share_of_the_inbox() {
    let mut anna = plan(1).knows(caller(2)).knows(caller(3)).limits(small()).start().await;
    let ben = plan(2).knows(anna.peer()).start().await;
    let cleo = plan(3).knows(anna.peer()).start().await;
    connect(&anna, &ben).await;
    connect(&anna, &cleo).await;

    let flood = Bytes::from(vec![2; 1 << 20]);
    eventually("ben's queue is full", || ben.handle().send(&anna.key, flood.clone()) == Err(SendError::QueueFull))
        .await;
    let before = anna.inbox.messages.len();
    assert!(before * (flood.len() + MESSAGE_OVERHEAD_BYTES) <= SMALLEST_BYTES);
    cleo.handle().send(&anna.key, Bytes::from_static(b"from cleo")).expect("connected");
    // At most one share of the flood is ahead of it, and no later message of the flood can overtake it.
    let mut held = Vec::new();
    for _ in 0..=SMALLEST_BYTES / flood.len() {
        let message = anna.receive().await;
        if message.from == cleo.key {
            assert_eq!(message.bytes, "from cleo");
            return;
        }
        held.push(message);
    }
    panic!("cleo was not served");
}
