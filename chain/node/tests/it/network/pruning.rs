//! A validator keeps few blocks whole. It goes on, also after a restart; whoever asks it for an old one is told which
//! it has, and who certified the old one it still knows. A member that needs all blocks gets them from one that keeps
//! them, and one that finds none such joins from a snapshot.

use super::group::Group;
use crate::fixture::{TENANT, event, large_captures, sign_for};
use chain_node::{NodeError, PRUNED_PER_BLOCK_MAX};
use chain_types::{Height, ShardId};

const SHARD: ShardId = ShardId(0);
const KEPT: u64 = 8;
/// The validator, which prunes, and the follower, which does not.
const VALIDATOR: usize = 0;
const FOLLOWER: usize = 1;

/// Captures so many blocks at the validator, none before the follower has the one before: it must not fall behind what
/// the validator keeps, which is fewer blocks here than any node keeps in earnest. The last.
async fn work(group: &Group, name: &str, blocks: u64) -> Height {
    let mut last = Height(0);
    for number in 0..blocks {
        last = group.capture(VALIDATOR, &format!("{name} {number}")).await.height;
        group.wait_for([FOLLOWER], last).await;
    }
    last
}

/// Checks that the validator has the newest blocks whole, and of older ones what certified them.
async fn has_pruned(group: &Group, last: Height) {
    let (validator, follower) = (group.handle(VALIDATOR), group.handle(FOLLOWER));
    let first = Height(last.0 - KEPT + 1);
    for height in 1..=last.0 {
        let block = follower.block(SHARD, Height(height)).await.expect("reads").expect("it keeps all");
        let header = validator.header(SHARD, Height(height)).await.expect("reads").expect("it stays");
        assert_eq!(header.header, block.header, "block {height}");
        assert!(header.certificate.check(&group.genesis.validators).is_ok(), "block {height}");
        match validator.block(SHARD, Height(height)).await {
            Ok(Some(kept)) => assert!(height >= first.0 && kept.block == block.block, "block {height}"),
            Err(NodeError::AbsentBlock { height: absent, first: said, .. }) => {
                assert_eq!((absent, said), (Height(height), first), "and it says which it has");
                assert!(height < first.0, "block {height}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_bodies_go_and_what_certified_them_stays() {
    let mut group = Group::start(1).await;
    let before = work(&group, "whole", 30).await;
    assert!(group.handle(VALIDATOR).block(SHARD, Height(1)).await.expect("reads").is_some());

    // It begins to prune with many blocks, a few at a time, comes to the end, and goes on after a restart.
    group.stop(VALIDATOR).await;
    group.start_keeping(VALIDATOR, KEPT).await;
    work(&group, "the first", 1).await;
    let dropped = group.handle(VALIDATOR).block(SHARD, Height(PRUNED_PER_BLOCK_MAX)).await;
    assert!(matches!(dropped, Err(NodeError::AbsentBlock { .. })), "{dropped:?}");
    let next = group.handle(VALIDATOR).block(SHARD, Height(PRUNED_PER_BLOCK_MAX + 1)).await.expect("reads");
    assert!(next.is_some(), "its turn comes later");
    let last = work(&group, "pruned", before.0).await;
    has_pruned(&group, last).await;
    group.stop(VALIDATOR).await;
    group.start_keeping(VALIDATOR, KEPT).await;
    has_pruned(&group, last).await;
    let last = work(&group, "after a restart", 5).await;
    has_pruned(&group, last).await;

    // A newcomer asks both and gets all blocks from the one that has them.
    let newcomer = group.add_known_to(FOLLOWER).await;
    group.introduce(VALIDATOR);
    group.wait_for([newcomer], last).await;
    group.stop(VALIDATOR).await;
    group.agree().await;

    // With the validator alone, a fresh member is helped by its snapshot and by nothing else.
    group.start_keeping(VALIDATOR, KEPT).await;
    let large = sign_for(&group.genesis, large_captures("large", 40));
    let flushed = group.handle(VALIDATOR).submit(SHARD, large).await.expect("becomes final").height;
    group.stop(FOLLOWER).await;
    group.join_afresh(newcomer, KEPT).await;
    group.wait_for([newcomer], flushed).await;
    let proved = group.handle(newcomer).prove_stream(SHARD, TENANT, event("whole 3")).await.expect("proves");
    assert_eq!(proved.head.map(|head| head.count), Some(1));
    let first = group.handle(newcomer).block(SHARD, Height(1)).await;
    assert!(matches!(first, Err(NodeError::AbsentBlock { first, .. }) if first == flushed), "{first:?}");
}
