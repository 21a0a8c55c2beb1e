//! A validator is suspended: its connections stay open and it sends nothing. The others continue without it. After it
//! is resumed, it catches up.

use super::{
    STALL_MAX,
    follower::Follower,
    load::Load,
    network::{Network, VALIDATORS},
    route::Routes,
    seconds,
    stored::same_chain,
};
use std::time::Instant;

/// The duration of the suspension, in seconds; `WAYMARK_PAUSE_SECONDS` overrides it.
const SECONDS: u64 = 5;
/// The suspended validator.
const FROZEN: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn the_network_continues_without_a_suspended_validator_which_catches_up() {
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
    assert!(before.iter().zip(&missed).any(|(before, missed)| missed > before), "the others advanced from {before:?}");
    assert!(
        missed.iter().zip(&known).any(|(missed, known)| missed > known),
        "the suspended validator did not advance: {known:?}"
    );

    let woken = Instant::now();
    network.resume(FROZEN);
    // This follower asks only the resumed validator.
    watcher.reaches(&missed).await;
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
    assert!(history.longest_stall() <= STALL_MAX, "no capture was final for {:?}", history.longest_stall());
    let heights = network.heights().await;
    for validator in 0..VALIDATORS {
        Follower::start(&network, 1, &[validator]).await.reaches(&heights).await;
    }
    same_chain(&network.stop().await, &heights, VALIDATORS + 1);
}
