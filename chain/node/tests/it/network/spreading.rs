//! A follower hands transactions to the validators. A long one travels another way than a short one, and one that
//! everybody who heard it has lost is said again.

use super::group::{Group, PATIENCE};
use crate::fixture::{capture, large_captures, sign_for};
use chain_network::GOSSIP_BYTES_MAX;
use chain_types::{Height, ShardId, codec};
use std::time::{Duration, Instant};
use tokio::time::timeout;

const SHARD: ShardId = ShardId(0);
/// From a quorum's being back until what was lost is final. Gossip knows a batch by its bytes and passes the same one
/// on again only after a minute.
const SAID_AGAIN_WITHIN: Duration = Duration::from_secs(20);

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
async fn what_its_hearers_lost_is_said_again() {
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
    for hearer in [2, 3] {
        heard(&group, hearer).await;
        group.stop(hearer).await;
    }
    for back in 0..4 {
        group.start_again(back).await;
    }
    let began = Instant::now();
    let outcome = timeout(PATIENCE, waiting).await.expect("in time").expect("the task runs").expect("becomes final");
    assert!(outcome.height > Height(0) && began.elapsed() < SAID_AGAIN_WITHIN, "took {:?}", began.elapsed());
    group.wait_for(0..5, outcome.height).await;
    group.agree().await;
}

/// Waits until a transaction waits at a member.
async fn heard(group: &Group, at: usize) {
    let handle = group.handle(at);
    let heard = async {
        while handle.status(SHARD).await.expect("it runs").waiting == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("member {at} does not hear of it"));
}
