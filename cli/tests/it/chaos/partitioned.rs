//! The network falls into two halves, and neither has a quorum. Nothing becomes final on either side: the ledger would
//! rather say nothing than two things. Once the halves hear each other again it goes on within moments, on one chain.

use super::{
    STALL_MAX,
    follower::Follower,
    history::Deed,
    load::Load,
    network::{Network, VALIDATORS},
    route::Routes,
    seconds,
    stored::same_chain,
};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// How long the halves are apart, in seconds; longer by `WAYMARK_PARTITION_SECONDS`.
const SECONDS: u64 = 6;
/// What was on its way when the links were cut has arrived or is lost after this.
const SETTLING: Duration = Duration::from_secs(1);
/// How often the halves are looked at.
const BEAT: Duration = Duration::from_millis(50);
/// The half without the gateway.
const FAR: [usize; 2] = [2, 3];

#[tokio::test(flavor = "multi_thread")]
async fn two_halves_of_a_network_say_nothing_and_then_one_thing() {
    let network = Network::start(Routes::over_links().await).await;
    let operator = network.operator();
    let far = Follower::start(&network, 0, &FAR).await;
    far.reaches(&network.heights().await).await;
    let load = Load::start(&network.api, Some((&far, operator)));
    load.captures(10).await;

    let cut = Instant::now();
    network.routes.cut_off(&FAR);
    let halted = stand_still(&network, &far, seconds("WAYMARK_PARTITION_SECONDS", SECONDS)).await;
    let healed = Instant::now();
    network.routes.heal();
    load.capture().await;
    let took = healed.elapsed();
    load.captures(10).await;
    let history = load.finish().await;

    let is_too_early = |deed: &&Deed| deed.sent > cut && deed.done < healed;
    let early: Vec<_> = history.deeds.iter().filter(is_too_early).collect();
    assert!(early.is_empty(), "final without a quorum: {early:?}");
    let waited = history.deeds.iter().filter(|deed| deed.sent < healed && deed.done > healed).count();
    eprintln!(
        "chaos: apart for {:?} at {halted:?}; a capture was final {took:?} after, {waited} waited, {} deeds in all",
        healed - cut,
        history.deeds.len()
    );
    assert!(waited > 0, "the load went on while the halves were apart");
    assert!(took <= STALL_MAX, "a capture was final {took:?} after the halves met again");

    let heights = network.heights().await;
    drop(far);
    for validator in 0..VALIDATORS {
        Follower::start(&network, 1, &[validator]).await.reaches(&heights).await;
    }
    same_chain(&network.stop().await, &heights, VALIDATORS + 1);
}

/// Watches both halves: once what was on its way has settled, no height changes on either side.
async fn stand_still(network: &Network, far: &Follower, duration: Duration) -> [Vec<u64>; 2] {
    let began = Instant::now();
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut settled = None;
    while began.elapsed() < duration {
        beat.tick().await;
        let seen = [network.heights().await, far.heights()];
        if began.elapsed() > SETTLING {
            assert_eq!(settled.get_or_insert_with(|| seen.clone()), &seen, "{:?} after the cut", began.elapsed());
        }
    }
    settled.expect("the halves are apart for longer than that")
}
