//! Four validators with a beacon, and a follower, over real sockets, while records are written. Validators end each
//! epoch with randomness that they drew together, and both shards enter the next one. Each epoch draws a new league
//! (leader list), and a validator that was stopped for an epoch rejoins.

use crate::{
    fixture::operator,
    network::group::{Group, PATIENCE},
};
use chain_beacon::BeaconState;
use chain_node::{CandidacyError, Node, NodeError, SubmitError};
use chain_replica::RecoveryError;
use chain_types::{
    Epoch, PROTOCOL_VERSION, ProtocolVersion, ShardId,
    beacon::{HandOver, HandOverProof},
    native::SUPPLY,
};
use std::time::{Duration, Instant};

/// Captures one event after the other until the beacon has begun an epoch.
async fn work_until(group: &Group, epoch: u64, name: &str) -> BeaconState {
    let started = Instant::now();
    for number in 0.. {
        let last = group.capture(4, &format!("{name} {number}")).await.height;
        group.wait_for([4], last).await;
        let beacon = group.handle(4).beacon().await.expect("the chain has a beacon");
        if beacon.epoch() >= Epoch(epoch) {
            return beacon;
        }
        assert!(started.elapsed() < PATIENCE, "epoch {epoch} does not begin: {:?}", beacon.round());
    }
    unreachable!("the loop returns or fails")
}

#[tokio::test(flavor = "multi_thread")]
async fn epochs_pass_on_both_shards() {
    let group = Group::with_beacon(4).await;
    let first = work_until(&group, 1, "in the first epoch").await;
    let second = work_until(&group, first.epoch().0 + 1, "in the next").await;
    assert_ne!(first.randomness(), second.randomness(), "each epoch draws its own");
    assert!(second.is_conserved() && u128::from(second.treasury().deposited) < u128::from(SUPPLY.0));
    for at in 0..5 {
        group.wait_for_epoch(at, ShardId(1), second.epoch()).await;
    }

    // A verifier can follow the hand-overs from the genesis document.
    let mut present = group.genesis.hand_over();
    for epoch in 1..=second.epoch().0 {
        let proof: HandOverProof = group.handle(4).hand_over(Epoch(epoch)).await.expect("the epoch has begun");
        assert!(proof.is_certified_by(group.genesis.chain_id(), &present.committee), "epoch {epoch}");
        let HandOver { committee, league, .. } = &proof.hand_over;
        assert_eq!((committee.validators.len(), league.len()), (4, 4));
        present = proof.hand_over;
    }
    group.agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_stopped_for_an_epoch_votes_in_the_next() {
    let mut group = Group::with_beacon(4).await;
    work_until(&group, 1, "before").await;
    group.stop(2).await;
    let away = work_until(&group, 3, "without it").await;
    group.start_again(2).await;
    let back = work_until(&group, away.epoch().0 + 1, "with it").await;
    let last = group.tip(4).borrow().height;
    group.wait_for([2], last).await;
    for shard in [ShardId(0), ShardId(1)] {
        group.wait_for_epoch(2, shard, back.epoch()).await;
    }
    group.agree().await;
}

/// Without any capture, the scheduled version alone makes the members end the epoch.
#[tokio::test(flavor = "multi_thread")]
async fn members_stop_before_the_epoch_of_an_unknown_version() {
    let mut group = Group::with_beacon(4).await;
    let version = ProtocolVersion(PROTOCOL_VERSION.0 + 1);
    let present = group.handle(4).beacon().await.expect("the chain has a beacon").epoch();
    // Members end epochs meanwhile, so the next one may have begun when the command is executed.
    let from = Epoch(present.0 + 2);
    let scheduled = chain_node::schedule_version(&group.handle(4), &operator(), version, from).await;
    assert_eq!(scheduled, Ok(()));
    let started = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    for at in 0..5 {
        while group.handle(at).status(ShardId(0)).await.expect("it answers").outdated.is_none() {
            assert!(started.elapsed() < PATIENCE, "member {at} does not stop");
            ticks.tick().await;
        }
    }
    for at in 0..5 {
        let late = chain_node::schedule_version(&group.handle(at), &operator(), version, Epoch(from.0 + 1)).await;
        assert_eq!(late, Err(CandidacyError::Submit(SubmitError::Stopped)), "member {at} accepts nothing more");
    }
    for at in 0..5 {
        group.stop(at).await;
        let Err(NodeError::Recovery { source, .. }) = Node::start(group.config(at)).await else {
            panic!("member {at} must not start")
        };
        assert!(matches!(&source, RecoveryError::Outdated(outdated) if outdated.unknown.version == version));
        let sentence =
            format!("this build knows protocol 2; the chain follows 3 from epoch {from}: install a newer build");
        assert_eq!(source.to_string(), sentence);
    }
}
