//! A validator's machine freezes: its connections stand, and nothing comes from it. The others go on without it, and
//! when it wakes up it has what it missed before anyone would call for help.

use super::{
    STALL_MAX,
    follower::Follower,
    load::Load,
    network::{Network, VALIDATORS},
    route::Routes,
    seconds,
    stored::same_chain,
};
use crate::poll::until;
use std::time::{Duration, Instant};

/// How long a validator is frozen, in seconds; longer by `WAYMARK_PAUSE_SECONDS`.
const SECONDS: u64 = 5;
/// The one that is frozen.
const FROZEN: usize = 2;
/// From its waking up until a follower that asks it alone is where the gateway is.
const CATCH_UP_MAX: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_validator_is_not_waited_for_and_catches_up() {
    let network = Network::start(Routes::direct()).await;
    let watcher = Follower::start(&network, 0, &[FROZEN]).await;
    let load = Load::start(&network.api, None);
    load.captures(1).await;
    watcher.reaches(&network.heights().await).await;

    let (began, duration) = (Instant::now(), seconds("WAYMARK_PAUSE_SECONDS", SECONDS));
    let before = network.heights().await;
    network.pause(FROZEN);
    while began.elapsed() < duration {
        load.captures(1).await;
    }
    let missed = network.heights().await;
    let known = watcher.heights();
    assert!(before.iter().zip(&missed).any(|(before, missed)| missed > before), "the others went on from {before:?}");
    assert!(missed.iter().zip(&known).any(|(missed, known)| missed > known), "the frozen one did not: {known:?}");

    let woken = Instant::now();
    network.resume(FROZEN);
    until("the tip at the validator that was frozen", async || {
        let heights = network.heights().await;
        watcher.heights().iter().zip(&heights).all(|(own, goal)| own >= goal).then_some(())
    })
    .await;
    let took = woken.elapsed();
    load.captures(1).await;
    let history = load.finish().await;
    eprintln!(
        "chaos: frozen for {:?}, missed blocks up to {missed:?} from {known:?}, caught up after {took:?}; {} documents, \
         longest stall {:?}",
        woken - began,
        history.documents().count(),
        history.longest_stall(),
    );
    assert!(took <= CATCH_UP_MAX, "it took {took:?} to catch up");
    assert!(history.longest_stall() <= STALL_MAX, "no capture was final for {:?}", history.longest_stall());
    let heights = network.heights().await;
    for validator in 0..VALIDATORS {
        Follower::start(&network, 1, &[validator]).await.reaches(&heights).await;
    }
    same_chain(&network.stop().await, &heights, VALIDATORS + 1);
}
