//! A member with an empty folder joins late. It downloads the state from a peer instead of executing every block,
//! follows from there, proves the same values as the others, and reports which blocks it does not have.

use super::group::Group;
use crate::fixture::{TENANT, capture, event, large_captures, sign_for};
use chain_node::{NodeError, SubmitError};
use chain_replica::FLUSH_BLOCKS;
use chain_types::{Height, ShardId};
use std::time::{Duration, Instant};

const SHARD: ShardId = ShardId(0);
/// The time within which a new follower catches up, however long the chain.
const JOIN_MAX: Duration = Duration::from_secs(10);

/// Blocks of the long chain: enough for a snapshot, or more by `WAYMARK_JOIN_BLOCKS`.
fn long() -> u64 {
    let wanted = std::env::var("WAYMARK_JOIN_BLOCKS").map_or(0, |text| text.parse().expect("a number of blocks"));
    wanted.max(FLUSH_BLOCKS + 1)
}

/// Checks that two members prove the same value for an event, against the same state.
async fn agree_on_stream(group: &Group, left: usize, right: usize, id: &str) {
    let left = group.handle(left).prove_stream(SHARD, TENANT, event(id)).await.expect("proves");
    let right = group.handle(right).prove_stream(SHARD, TENANT, event(id)).await.expect("proves");
    assert_eq!(left.header, right.header);
    assert_eq!((left.head, &left.proof), (right.head, &right.proof));
    assert_eq!(left.head.map(|head| head.count), Some(1), "event {id} was captured once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_follower_joins_a_long_chain_without_replaying_it() {
    let mut group = Group::start(1).await;
    let remembered = sign_for(&group.genesis, vec![capture("early")]);
    group.handle(0).submit(SHARD, remembered.clone()).await.expect("becomes final");
    let mut last = Height(0);
    while last.0 < long() {
        last = group.capture(0, &format!("block {last}")).await.height;
    }
    let began = Instant::now();
    group.join_afresh(1, FLUSH_BLOCKS / 2).await;
    group.wait_for([1], last).await;
    let took = began.elapsed();
    eprintln!("joining: {} blocks in {took:?}", last.0);
    assert!(took < JOIN_MAX, "{took:?}");
    let first = Height(last.0 - last.0 % FLUSH_BLOCKS);
    assert_eq!(*group.tip(0).borrow(), *group.tip(1).borrow(), "the tips are equal, totals included");
    let follower = group.handle(1);
    for absent in [1, first.0 - 1] {
        let read = follower.block(SHARD, Height(absent)).await;
        let Err(NodeError::AbsentBlock { height, first: found, .. }) = read else { panic!("{read:?}") };
        assert_eq!((height, found), (Height(absent), first));
    }
    for here in [first, last] {
        let block = follower.block(SHARD, here).await.expect("reads").expect("is there");
        assert_eq!(*block, *group.handle(0).block(SHARD, here).await.expect("reads").expect("is there"));
    }
    assert!(follower.block(SHARD, last.next()).await.expect("reads").is_none());
    agree_on_stream(&group, 0, 1, "early").await;
    let repeated = follower.submit(SHARD, remembered).await;
    let Err(SubmitError::Refused { code: "ledger.block_absent", .. }) = repeated else { panic!("{repeated:?}") };
    let next = group.capture(1, "after").await.height;
    group.wait_for([0, 1], next).await;
    agree_on_stream(&group, 0, 1, "after").await;
    drop(follower);
    group.stop(1).await;
    group.start_again(1).await;
    let next = group.capture(0, "after a restart").await.height;
    group.wait_for([1], next).await;
    agree_on_stream(&group, 0, 1, "block 3").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_that_lost_its_disk_joins_and_serves_snapshots() {
    let mut group = Group::start(4).await;
    for number in 0..3 {
        group.capture(4, &format!("before {number}")).await;
    }
    let large = sign_for(&group.genesis, large_captures("large", 40));
    let flushed = group.handle(4).submit(SHARD, large).await.expect("becomes final").height;
    group.wait_for(0..5, flushed).await;
    group.join_afresh(2, 2).await;
    group.wait_for([2], flushed).await;
    let first = group.handle(2).block(SHARD, Height(1)).await;
    assert!(matches!(first, Err(NodeError::AbsentBlock { first, .. }) if first == flushed), "{first:?}");
    let last = group.capture(4, "meanwhile").await.height;
    group.wait_for(0..5, last).await;
    agree_on_stream(&group, 1, 2, "before 1").await;
    for gone in [0, 1] {
        group.stop(gone).await;
    }
    group.join_afresh(4, 2).await;
    group.wait_for([4], last).await;
    agree_on_stream(&group, 3, 4, "meanwhile").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_without_a_snapshot_is_replayed() {
    let mut group = Group::start(1).await;
    let mut last = Height(0);
    for number in 0..8 {
        last = group.capture(0, &format!("{number}")).await.height;
    }
    group.join_afresh(1, 2).await;
    group.wait_for([1], last).await;
    group.agree().await;
}
