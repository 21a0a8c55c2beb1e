//! A partition splits the network into two halves without a quorum. Nothing becomes final on either side. After the
//! partition heals, the network continues on one chain.

use super::{
    STALL_MAX,
    follower::Follower,
    history::FinalItem,
    load::Load,
    network::{Network, VALIDATORS},
    route::Routes,
    seconds,
    stored::same_chain,
};
use crate::poll::until;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// The duration of the partition after the last message in flight, in seconds; `WAYMARK_PARTITION_SECONDS` overrides
/// it.
const SECONDS: u64 = 6;
/// Without a new block for this time, no message of before the cut is in flight any more, and a follower that had asked
/// a validator of the other half has asked one of its own (`chain_replica::peers::FETCH_MS`, twice, and a second more).
const SETTLING: Duration = Duration::from_secs(3);
/// The interval between two checks of the halves.
const BEAT: Duration = Duration::from_millis(50);
/// The half without the gateway.
const FAR: [usize; 2] = [2, 3];

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_halts_both_halves_and_they_continue_on_one_chain() {
    let network = Network::start(Routes::over_links().await).await;
    let operator = network.operator();
    let far = Follower::start(&network, 0, &FAR).await;
    far.reaches(&network.heights().await).await;
    let load = Load::start(&network.api, Some((&far, operator)));
    load.captures(10).await;

    network.routes.cut_off(&FAR);
    let cut = Instant::now();
    let halted = stand_still(&network, &far, seconds("WAYMARK_PARTITION_SECONDS", SECONDS)).await;
    let healed = Instant::now();
    network.routes.heal();
    load.capture().await;
    let took = healed.elapsed();
    load.captures(10).await;
    let history = load.finish().await;

    let is_too_early = |item: &&FinalItem| item.sent > cut && item.done < healed;
    let early: Vec<_> = history.items.iter().filter(is_too_early).collect();
    assert!(early.is_empty(), "final without a quorum: {early:?}");
    let waited = history.items.iter().filter(|item| item.sent < healed && item.done > healed).count();
    eprintln!(
        "chaos: apart for {:?} at {halted:?}; a capture was final {took:?} after, {waited} waited, {} deeds in all",
        healed - cut,
        history.items.len()
    );
    assert!(waited > 0, "clients sent requests during the partition");
    assert!(took <= STALL_MAX, "the first capture was final {took:?} after the partition healed");

    let heights = network.heights().await;
    drop(far);
    for validator in 0..VALIDATORS {
        Follower::start(&network, 1, &[validator]).await.reaches(&heights).await;
    }
    same_chain(&network.stop().await, &heights, VALIDATORS + 1);
}

/// Checks both halves: once the messages in flight have arrived, neither side has a block above the highest of then. A
/// side may still fetch a block that was final before the cut. Returns the highest height of each shard.
async fn stand_still(network: &Network, far: &Follower, duration: Duration) -> Vec<u64> {
    let highest = async || {
        let near = network.heights().await;
        near.into_iter().zip(far.heights()).map(|(near, far)| near.max(far)).collect::<Vec<_>>()
    };
    let (mut settled, mut since) = (highest().await, Instant::now());
    until("the end of the messages in flight", async || {
        let seen = highest().await;
        if seen != settled {
            (settled, since) = (seen, Instant::now());
        }
        (since.elapsed() > SETTLING).then_some(())
    })
    .await;
    let began = Instant::now();
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while began.elapsed() < duration {
        beat.tick().await;
        assert_eq!(highest().await, settled, "{:?} after the last message in flight", began.elapsed());
    }
    settled
}
