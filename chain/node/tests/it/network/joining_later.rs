//! The validators change while a chain runs, and then a member joins. Starting from the genesis document alone, it is
//! led to the present signers of every shard, and can then lead the next member there.

use super::{
    group::{Group, PATIENCE},
    membership::{FOLLOWER, candidacy, public_key, work_until},
};
use crate::fixture::{TENANT, event, large_captures, sign_for};
use chain_node::NodeError;
use chain_types::{Epoch, Height, ShardId, beacon::Event};

/// The one of the first four validators that leaves.
const LEAVER: usize = 1;

/// Makes every member flush a shard's state. Returns the height at which it does.
async fn write_out(group: &Group, shard: ShardId) -> Height {
    let large = sign_for(&group.genesis, large_captures("large", 40));
    let outcome = tokio::time::timeout(PATIENCE, group.handle(FOLLOWER).submit(shard, large)).await;
    outcome.expect("in time").expect("becomes final").height
}

async fn wait_for(group: &Group, at: usize, shard: ShardId, height: Height) {
    let mut tip = group.handle(at).tip(shard);
    let reached = tokio::time::timeout(PATIENCE, tip.wait_for(|tip| tip.height >= height)).await;
    reached
        .unwrap_or_else(|_| panic!("member {at} does not reach block {height} of shard {shard}"))
        .expect("the member is running");
}

/// Checks that a member has a shard's blocks from `first` on and none before, and is in the same epoch as the member
/// `like`.
async fn has_joined(group: &Group, at: usize, shard: ShardId, first: Height, like: usize) {
    let block = group.handle(at).block(shard, Height(1)).await;
    let Err(NodeError::AbsentBlock { first: found, .. }) = block else { panic!("{block:?}") };
    assert_eq!(found, first, "the first block of shard {shard}");
    let other = group.handle(like).status(shard).await.expect("the member is running");
    group.wait_for_epoch(at, shard, other.committee.epoch()).await;
    let joined = group.handle(at).status(shard).await.expect("the member is running");
    assert_eq!(joined.committee.validators.validators, other.committee.validators.validators);
    assert!(joined.committee.epoch() >= Epoch(2), "it takes two epochs to leave");
    assert!(joined.committee.index_of(&public_key(LEAVER)).is_none(), "the validators changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_follower_is_led_to_validators_not_in_genesis() {
    let mut group = Group::with_beacon(4).await;
    let shards = [ShardId(0), ShardId(1)];
    let left = candidacy(&group, LEAVER).leave().await;
    assert!(matches!(left, Ok(Event::LeaveAnnounced { .. })), "{left:?}");
    let is_out = |beacon: &chain_beacon::BeaconState| beacon.seat_of(public_key(LEAVER)).is_none();
    let beacon = work_until(&group, "a seat given back", is_out).await;
    for at in 0..group.members() {
        for shard in shards {
            group.wait_for_epoch(at, shard, beacon.epoch()).await;
        }
    }
    group.register(FOLLOWER, ShardId(1)).await;
    let mut first = Vec::new();
    for shard in shards {
        first.push(write_out(&group, shard).await);
        for at in 0..group.members() {
            wait_for(&group, at, shard, first[usize::from(shard.0)]).await;
        }
    }

    group.join_afresh(FOLLOWER, 2).await;
    for shard in shards {
        wait_for(&group, FOLLOWER, shard, first[usize::from(shard.0)]).await;
        has_joined(&group, FOLLOWER, shard, first[usize::from(shard.0)], 0).await;
    }
    let mut present = group.genesis.hand_over();
    for epoch in (1..=beacon.epoch().0).map(Epoch) {
        let proof = group.handle(FOLLOWER).hand_over(epoch).await.expect("it keeps the hand-overs");
        assert!(proof.is_certified_by(group.genesis.chain_id(), &present.committee), "{epoch:?}");
        present = proof.hand_over;
    }
    let last = group.capture(FOLLOWER, "after it joined").await.height;
    group.wait_for([FOLLOWER], last).await;

    // With the others stopped, it serves the next member; it has itself restarted meanwhile.
    group.stop(FOLLOWER).await;
    group.start_again(FOLLOWER).await;
    for gone in [0, 2, 3] {
        group.stop(gone).await;
    }
    group.join_afresh(LEAVER, 2).await;
    for shard in shards {
        wait_for(&group, LEAVER, shard, first[usize::from(shard.0)]).await;
        has_joined(&group, LEAVER, shard, first[usize::from(shard.0)], FOLLOWER).await;
    }
    group.wait_for([LEAVER], last).await;
    let stream = group.handle(LEAVER).prove_stream(ShardId(0), TENANT, event("after it joined")).await;
    assert_eq!(stream.expect("proves").head.map(|head| head.count), Some(1));
}
