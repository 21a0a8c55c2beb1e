//! Followers that start late on a chain of full blocks. One executes the blocks, the other applies the write-sets that
//! a quorum certified. Both reach the same state and continue from there. The test prints how fast each is.

use super::group::Group;
use crate::fixture::{TENANT, capture, event, sign_for};
use chain_types::{Height, ShardId};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const SHARD: ShardId = ShardId(0);
const VALIDATOR: usize = 0;
const FOLLOWER: usize = 1;
/// Captures on the chain: few enough that most write-sets are still stored.
const CAPTURES: usize = 25_000;
/// Captures that are submitted at once.
const AT_ONCE: usize = 500;
/// Measurements of each way; the shortest time counts.
const ROUNDS: usize = 3;

/// Fills a chain with transactions of `per_transaction` captures each. Returns the last block.
async fn fill(group: &Group, per_transaction: usize) -> Height {
    let mut number = 0;
    while number < CAPTURES {
        let mut submitted = JoinSet::new();
        for _ in 0..AT_ONCE / per_transaction {
            let captures = (number..number + per_transaction).map(|number| capture(&format!("event {number}")));
            let (handle, transaction) = (group.handle(VALIDATOR), sign_for(&group.genesis, captures.collect()));
            submitted.spawn(async move { handle.submit(SHARD, transaction).await.expect("becomes final") });
            number += per_transaction;
        }
        submitted.join_all().await;
    }
    let last = group.tip(VALIDATOR).borrow().height;
    group.wait_for([FOLLOWER], last).await;
    last
}

/// Restarts the follower with an empty folder and waits until it has every block. Returns the time from the first block
/// to the last.
async fn replay(group: &mut Group, executes: bool, last: Height) -> Duration {
    group.replay_afresh(FOLLOWER, executes).await;
    group.wait_for([FOLLOWER], Height(1)).await;
    let began = Instant::now();
    group.wait_for([FOLLOWER], last).await;
    began.elapsed()
}

/// Checks that both members prove the same value for an event.
async fn agree_on_stream(group: &Group, id: &str) {
    let left = group.handle(VALIDATOR).prove_stream(SHARD, TENANT, event(id)).await.expect("proves");
    let right = group.handle(FOLLOWER).prove_stream(SHARD, TENANT, event(id)).await.expect("proves");
    assert_eq!((left.header, left.head, left.proof), (right.header, right.head, right.proof));
    assert_eq!(left.head.map(|head| head.count), Some(1));
}

async fn measure(per_transaction: usize) {
    let mut group = Group::start(1).await;
    let last = fill(&group, per_transaction).await;
    let (mut executing, mut applying) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        executing = executing.min(replay(&mut group, true, last).await);
        agree_on_stream(&group, "event 7").await;
        applying = applying.min(replay(&mut group, false, last).await);
        agree_on_stream(&group, "event 7").await;
    }
    let blocks = f64::from(u32::try_from(last.0).expect("few blocks"));
    let rate = |time: Duration| blocks / time.as_secs_f64();
    let ratio = executing.as_secs_f64() / applying.as_secs_f64();
    eprintln!(
        "following: {last} blocks by transactions of {per_transaction}: {:.0} blocks/s executing, {:.0} applying, ratio {ratio:.2}",
        rate(executing),
        rate(applying)
    );
    let next = group.capture(FOLLOWER, "after").await.height;
    group.wait_for([FOLLOWER], next).await;
    agree_on_stream(&group, "after").await;
    group.agree().await;
    group.stop(FOLLOWER).await;
    group.start_again(FOLLOWER).await;
    let next = group.capture(VALIDATOR, "after a restart").await.height;
    group.wait_for([FOLLOWER], next).await;
    agree_on_stream(&group, "after a restart").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_that_apply_and_that_execute_large_transactions_agree() {
    measure(AT_ONCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_that_apply_and_that_execute_small_transactions_agree() {
    measure(1).await;
}
