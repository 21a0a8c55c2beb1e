//! A follower sends transactions to the validators. A long one is sent as a message instead of gossip. One that every
//! recipient has lost is sent again.

use super::group::{Group, PATIENCE};
use crate::fixture::{capture, large_captures, sign_for};
use chain_network::GOSSIP_BYTES_MAX;
use chain_types::{Height, ShardId, codec};
use std::time::{Duration, Instant};
use tokio::time::timeout;

const SHARD: ShardId = ShardId(0);
/// The time from the return of a quorum until the lost transaction is final. Gossip identifies a batch by its bytes and
/// forwards the same one again only after a minute.
const RESEND_WITHIN: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_longer_than_a_batch_of_gossip_is_final() {
    let group = Group::start(4).await;
    let long = sign_for(&group.genesis, large_captures("large", 40));
    assert!(codec::encode(&long).len() > GOSSIP_BYTES_MAX);
    let outcome = timeout(PATIENCE, group.handle(4).submit(SHARD, long)).await;
    let height = outcome.expect("in time").expect("becomes final").height;
    group.wait_for(0..group.members(), height).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_all_recipients_lost_is_sent_again() {
    let mut group = Group::start(4).await;
    let before = group.capture(4, "before").await.height;
    group.wait_for(0..5, before).await;
    for gone in [0, 1] {
        group.stop(gone).await;
    }
    let waiting = {
        let (handle, transaction) = (group.handle(4), sign_for(&group.genesis, vec![capture("lost")]));
        tokio::spawn(async move { handle.submit(SHARD, transaction).await })
    };
    for recipient in [2, 3] {
        wait_until_pending(&group, recipient).await;
        group.stop(recipient).await;
    }
    for back in 0..4 {
        group.start_again(back).await;
    }
    let began = Instant::now();
    let outcome =
        timeout(PATIENCE, waiting).await.expect("in time").expect("the task does not panic").expect("becomes final");
    assert!(outcome.height > Height(0) && began.elapsed() < RESEND_WITHIN, "took {:?}", began.elapsed());
    group.wait_for(0..5, outcome.height).await;
    group.agree().await;
}

/// Waits until a transaction is pending at a member.
async fn wait_until_pending(group: &Group, at: usize) {
    let handle = group.handle(at);
    let pending = async {
        while handle.status(SHARD).await.expect("the member is running").waiting == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, pending).await.unwrap_or_else(|_| panic!("member {at} does not receive the transaction"));
}
