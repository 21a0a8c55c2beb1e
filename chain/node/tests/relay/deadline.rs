//! Alice locks her leg and Bob never does; nothing else happens on the chain. The relayer lets the deadline come, proves
//! that Bob's leg was not locked, and Alice has her units again.

use crate::cluster::{ALICE, BOB, Cluster, GRANT, HERE, THERE, operator};
use chain_node::{Relay, RelayConfig};
use chain_types::{Height, native::SUPPLY};

#[tokio::test(flavor = "multi_thread")]
async fn a_leg_that_is_not_locked_in_time_aborts_even_on_an_idle_chain() {
    let cluster = Cluster::start().await;
    let beacon = cluster.handle().tip(HERE).borrow().height;
    let bundle = cluster.open(100, 30, Height(beacon.0 + 4)).await;
    cluster.lock(bundle, 0).await;
    assert_eq!(cluster.balance(HERE, ALICE).await, GRANT - 100);

    let relay = Relay::start(RelayConfig { node: cluster.handle(), operator: operator(), memory: None });
    cluster.wait_for_settlement(bundle, 0).await;
    relay.stop().await;
    assert_eq!(cluster.balance(HERE, ALICE).await, GRANT);
    assert_eq!((cluster.balance(HERE, BOB).await, cluster.balance(THERE, ALICE).await), (0, 0));
    assert_eq!(cluster.totals().await.sum(), u128::from(SUPPLY.0));
}
