//! A bundle (an atomic transaction across shards) passes its deadline on an otherwise idle chain, whose block time
//! stands still. One leg (its part on one shard) is locked and the other is not. At the deadline the relayer refuses
//! the open leg, and the locked amount is paid back. That takes three blocks; no other blocks are made.

use crate::cluster::{ALICE, BOB, Cluster, GRANT, HERE, THERE, operator};
use chain_node::{Relay, RelayConfig};
use chain_types::native::SUPPLY;
use std::time::Duration;

/// How far away the deadline is, in milliseconds: long enough to lock a leg before it.
const AHEAD_MS: u64 = 10_000;
/// How long the idle chain is watched: many rounds of the relayer.
const SILENCE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_leg_that_is_not_locked_in_time_aborts_even_on_an_idle_chain() {
    let cluster = Cluster::start().await;
    let bundle = cluster.open(100, 30, AHEAD_MS).await;
    cluster.lock(bundle, 0).await;
    assert_eq!(cluster.balance(HERE, ALICE).await, GRANT - 100);
    let before = cluster.heights();

    let relay = Relay::start(RelayConfig { node: cluster.handle(), operator: operator(), progress: None });
    cluster.wait_for_settlement(bundle, 0).await;
    let made = |[here, there]: [u64; 2]| [here - before[0], there - before[1]];
    assert_eq!(made(cluster.heights()), [2, 1], "one refusal there, one report and one settlement here");
    for shard in [HERE, THERE] {
        let mut tip = cluster.handle().tip(shard);
        tip.borrow_and_update();
        let more = tokio::time::timeout(SILENCE, tip.changed()).await;
        assert!(more.is_err(), "shard {shard} made an unnecessary block");
    }
    relay.stop().await;
    assert_eq!(cluster.balance(HERE, ALICE).await, GRANT);
    assert_eq!((cluster.balance(HERE, BOB).await, cluster.balance(THERE, ALICE).await), (0, 0));
    assert_eq!(cluster.totals().await.sum(), u128::from(SUPPLY.0));
}
