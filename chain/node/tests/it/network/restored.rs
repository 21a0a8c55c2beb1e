//! A validator among others is restored from a backup. The original may have voted after it, at a height that is not
//! final yet, and no block shows that. So the restored one follows and signs nothing.

use super::group::{Group, seed};
use crate::{
    fixture::{capture, key, sign_for},
    restored::restore,
};
use chain_types::{Height, ShardId};
use std::time::Duration;
use tokio::time::timeout;

const SHARD: ShardId = ShardId(0);
/// Longer than several views: with the vote of the restored validator, a block is final in a fraction of it.
const STALL: Duration = Duration::from_secs(8);

/// Restores validator 0 from a backup of now, after `later` more blocks.
async fn restored(later: u64) -> (Group, Height) {
    let mut group = Group::start(4).await;
    let mut last = group.capture(4, "before").await.height;
    group.wait_for(0..5, last).await;
    let (folder, _) = group.handle(0).checkpoint().await.expect("a checkpoint");
    let (folder, _) = restore(&folder, 1);
    for number in 0..later {
        last = group.capture(4, &format!("later {number}")).await.height;
    }
    group.wait_for(0..5, last).await;
    group.stop(0).await;
    group.start_in(0, folder).await;
    group.wait_for([0], last).await;
    (group, last)
}

/// Checks that validator 0 signed no block after a height.
async fn signed_nothing_after(group: &Group, height: Height) {
    let seat = group.genesis.validators.validators.iter().position(|one| one.key == key(seed(0)).public_key());
    let seat = u16::try_from(seat.expect("it is a validator")).expect("few");
    for height in height.0 + 1..=group.tip(4).borrow().height.0 {
        let block = group.handle(4).block(SHARD, Height(height)).await.expect("reads").expect("is there");
        assert!(block.certificate.signatures.iter().all(|(signer, _)| *signer != seat), "block {height}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_validator_signs_nothing_where_the_original_may_have_signed() {
    let (mut group, last) = restored(0).await;
    group.stop(3).await;
    let transaction = sign_for(&group.genesis, vec![capture("after")]);
    let handle = group.handle(1);
    let early = timeout(STALL, handle.submit(SHARD, transaction.clone())).await;
    assert!(early.is_err(), "two of four are no quorum, and the restored one does not vote: {early:?}");
    group.start_again(3).await;
    let height = group.handle(1).submit(SHARD, transaction).await.expect("becomes final").height;
    group.wait_for(0..5, height).await;
    group.agree().await;
    signed_nothing_after(&group, last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_validator_follows_past_its_own_votes_and_starts_again() {
    let (mut group, last) = restored(3).await;
    for round in 0..2 {
        let height = group.capture(4, &format!("after {round}")).await.height;
        group.wait_for(0..5, height).await;
        group.stop(0).await;
        group.start_again(0).await;
    }
    group.agree().await;
    signed_nothing_after(&group, last).await;
}
