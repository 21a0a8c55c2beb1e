//! A validator keeps few blocks whole, also after a restart. A request for an older block reports which blocks it has,
//! and it still has the certificates of the older ones. A member that needs all blocks gets them from a member that
//! keeps them. When there is none, it joins from a snapshot.

use super::group::Group;
use crate::fixture::{TENANT, event, large_captures, sign_for};
use chain_node::{NodeError, PRUNED_PER_BLOCK_MAX};
use chain_types::{Height, ShardId};

const SHARD: ShardId = ShardId(0);
const KEPT: u64 = 8;
/// The validator, which prunes, and the follower, which does not.
const VALIDATOR: usize = 0;
const FOLLOWER: usize = 1;

/// Captures `blocks` blocks at the validator, each after the follower has the one before. The follower must not fall
/// behind the kept blocks, which are fewer here than any real node keeps. Returns the last block.
async fn work(group: &Group, name: &str, blocks: u64) -> Height {
    let mut last = Height(0);
    for number in 0..blocks {
        last = group.capture(VALIDATOR, &format!("{name} {number}")).await.height;
        group.wait_for([FOLLOWER], last).await;
    }
    last
}

/// Checks that the validator has the newest blocks whole, and the headers and certificates of older ones.
async fn has_pruned(group: &Group, last: Height) {
    let (validator, follower) = (group.handle(VALIDATOR), group.handle(FOLLOWER));
    let first = Height(last.0 - KEPT + 1);
    for height in 1..=last.0 {
        let block = follower.block(SHARD, Height(height)).await.expect("reads").expect("the follower keeps all blocks");
        let header = validator.header(SHARD, Height(height)).await.expect("reads").expect("the header is kept");
        assert_eq!(header.header, block.header, "block {height}");
        assert!(header.certificate.check(&group.genesis.validators).is_ok(), "block {height}");
        match validator.block(SHARD, Height(height)).await {
            Ok(Some(kept)) => assert!(height >= first.0 && kept.block == block.block, "block {height}"),
            Err(NodeError::AbsentBlock { height: absent, first: found, .. }) => {
                assert_eq!((absent, found), (Height(height), first), "the error names the first block");
                assert!(height < first.0, "block {height}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_bodies_are_dropped_and_their_certificates_kept() {
    let mut group = Group::start(1).await;
    let before = work(&group, "whole", 30).await;
    assert!(group.handle(VALIDATOR).block(SHARD, Height(1)).await.expect("reads").is_some());

    // It begins to prune with many blocks, drops a few at a time until none is left, and continues after a restart.
    group.stop(VALIDATOR).await;
    group.start_keeping(VALIDATOR, KEPT).await;
    work(&group, "the first", 1).await;
    let dropped = group.handle(VALIDATOR).block(SHARD, Height(PRUNED_PER_BLOCK_MAX)).await;
    assert!(matches!(dropped, Err(NodeError::AbsentBlock { .. })), "{dropped:?}");
    let next = group.handle(VALIDATOR).block(SHARD, Height(PRUNED_PER_BLOCK_MAX + 1)).await.expect("reads");
    assert!(next.is_some(), "it is dropped later");
    let last = work(&group, "pruned", before.0).await;
    has_pruned(&group, last).await;
    group.stop(VALIDATOR).await;
    group.start_keeping(VALIDATOR, KEPT).await;
    has_pruned(&group, last).await;
    let last = work(&group, "after a restart", 5).await;
    has_pruned(&group, last).await;

    // A new member asks both and gets all blocks from the one that has them.
    let joining = group.add_known_to(FOLLOWER).await;
    group.allow_all(VALIDATOR);
    group.wait_for([joining], last).await;
    group.stop(VALIDATOR).await;
    group.agree().await;

    // With the validator alone, a new member can only join from its snapshot.
    group.start_keeping(VALIDATOR, KEPT).await;
    let large = sign_for(&group.genesis, large_captures("large", 40));
    let flushed = group.handle(VALIDATOR).submit(SHARD, large).await.expect("becomes final").height;
    group.stop(FOLLOWER).await;
    group.join_afresh(joining, KEPT).await;
    group.wait_for([joining], flushed).await;
    let proved = group.handle(joining).prove_stream(SHARD, TENANT, event("whole 3")).await.expect("proves");
    assert_eq!(proved.head.map(|head| head.count), Some(1));
    let first = group.handle(joining).block(SHARD, Height(1)).await;
    assert!(matches!(first, Err(NodeError::AbsentBlock { first, .. }) if first == flushed), "{first:?}");
}
