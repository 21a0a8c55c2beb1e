//! One tenant sends units to a tenant on another shard and to an unknown tenant, and then trades units in a bundle (an
//! atomic transaction across shards). Two relayers run at the same time, which changes nothing.

use crate::cluster::{ALICE, BOB, Cluster, GRANT, HERE, NEVER_MS, THERE, operator};
use chain_node::{Relay, RelayConfig};
use chain_types::{
    ShardId, TenantId,
    atomic::{OutboxHead, OutboxHeadKey},
    native::SUPPLY,
};

#[tokio::test(flavor = "multi_thread")]
async fn messages_and_bundles_arrive_and_the_supply_stays() {
    let cluster = Cluster::start().await;
    let relays: Vec<_> = cluster
        .handles()
        .into_iter()
        .take(2)
        .map(|node| Relay::start(RelayConfig { node, operator: operator(), progress: None }))
        .collect();

    cluster.send(BOB, 400).await;
    cluster.send(TenantId([0xff; 16]), 50).await;
    cluster.wait_for_balance(THERE, BOB, 400).await;
    cluster.wait_for_balance(HERE, ALICE, GRANT - 400).await;
    let is_empty = |head: Option<&OutboxHead>| head.is_none_or(|head| head.sent == head.acknowledged);
    for (shard, to) in [(HERE, THERE), (THERE, HERE)] {
        cluster.wait(shard, OutboxHeadKey(ShardId(to.0)), is_empty).await;
    }

    let bundle = cluster.open(100, 30, NEVER_MS).await;
    cluster.lock(bundle, 0).await;
    cluster.lock(bundle, 1).await;
    cluster.wait_for_settlement(bundle, 0).await;
    cluster.wait_for_settlement(bundle, 1).await;
    let balances = [(HERE, ALICE, GRANT - 500), (HERE, BOB, 100), (THERE, ALICE, 30), (THERE, BOB, 370)];
    for (shard, tenant, amount) in balances {
        assert_eq!(cluster.balance(shard, tenant).await, amount, "{tenant:?} on shard {shard}");
    }
    for relay in relays {
        relay.stop().await;
    }
    let totals = cluster.totals().await;
    assert_eq!((totals.sum(), totals.escrow, totals.in_transit), (u128::from(SUPPLY.0), 0, 0));
}
