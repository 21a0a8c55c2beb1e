//! Four validators and a follower, each with its own folder, over real sockets on loopback. A transaction submitted at
//! any member becomes final at all members. One validator may stop and catch up later. Two stopped validators stop the
//! chain, and no final block is lost.

mod following;
pub(crate) mod group;
mod idle;
mod joining;
mod joining_later;
mod membership;
mod promises;
mod pruning;
mod restored;
mod spreading;

use crate::fixture::capture;
use chain_types::{Height, ShardId};
use group::{Group, PATIENCE};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_submitted_at_one_member_is_final_at_all() {
    let group = Group::start(4).await;
    for at in 0..group.members() {
        let outcome = group.capture(at, &format!("at member {at}")).await;
        group.wait_for(0..group.members(), outcome.height).await;
    }
    group.agree().await;
    let block = group.handle(4).block(ShardId(0), Height(2)).await.expect("reads").expect("the follower has it");
    assert!(block.certificate.signatures.len() >= 3, "a quorum of four is three");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_four_may_stop_and_catches_up() {
    let mut group = Group::start(4).await;
    for gone in 0..4 {
        group.stop(gone).await;
        let others: Vec<_> = (0..5).filter(|at| *at != gone).collect();
        let mut last = Height(0);
        for number in 0..5 {
            let started = Instant::now();
            last = group.capture(4, &format!("without {gone}, number {number}")).await.height;
            assert!(
                started.elapsed() < Duration::from_secs(3),
                "no stall longer than three seconds: {:?}",
                started.elapsed()
            );
        }
        group.wait_for(others, last).await;
        group.start_again(gone).await;
        group.wait_for([gone], last).await;
    }
    group.agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stopped_of_four_stop_the_chain_until_one_returns() {
    let mut group = Group::start(4).await;
    let before = group.capture(4, "before").await.height;
    group.wait_for(0..5, before).await;
    group.stop(0).await;
    group.stop(1).await;
    let waiting = {
        let (handle, transaction) = (group.handle(4), crate::fixture::sign_for(&group.genesis, vec![capture("waits")]));
        tokio::spawn(async move { handle.submit(ShardId(0), transaction).await })
    };
    // Long enough for a quorum, if there were one, to give up two views.
    let mut tip = group.tip(4);
    let watched = tokio::time::timeout(Duration::from_secs(2), tip.wait_for(|tip| tip.height > before)).await;
    assert!(watched.is_err(), "two of four are no quorum");
    let healed = Instant::now();
    group.start_again(0).await;
    let outcome = tokio::time::timeout(PATIENCE, waiting).await.expect("in time").expect("the task does not panic");
    assert!(outcome.is_ok(), "the pending transaction becomes final: {outcome:?}");
    assert!(healed.elapsed() < Duration::from_secs(6), "the chain resumes soon: {:?}", healed.elapsed());
    group.start_again(1).await;
    group.wait_for([1], outcome.expect("final").height).await;
    group.agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_resumes_after_all_members_stopped() {
    let mut group = Group::start(4).await;
    for round in 0..3 {
        let last = group.capture(4, &format!("round {round}")).await.height;
        group.wait_for(0..5, last).await;
        for at in 0..5 {
            group.stop(at).await;
        }
        for at in 0..5 {
            group.start_again(at).await;
        }
    }
    let last = group.capture(4, "after all").await.height;
    group.wait_for(0..5, last).await;
    group.agree().await;
}
