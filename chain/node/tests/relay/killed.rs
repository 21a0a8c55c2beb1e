//! The relayer is killed between the steps of a bundle (an atomic transaction across shards): before the opening, after
//! each lock, and while it works. Whatever progress was stored, the next relayer finds the bundle's state and completes
//! it.

use crate::cluster::{ALICE, BOB, Cluster, GRANT, HERE, NEVER_MS, THERE, operator};
use chain_node::{Relay, RelayConfig};
use chain_types::native::SUPPLY;

/// The step at which the relayer is killed.
#[derive(Clone, Copy, Debug)]
enum Interruption {
    BeforeOpening,
    BetweenLocks,
    AfterLocks,
    OnEachBlock,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_relayer_completes_what_a_killed_one_began() {
    use Interruption::{AfterLocks, BeforeOpening, BetweenLocks, OnEachBlock};
    let cluster = Cluster::start().await;
    let progress = cluster.folder.path().join("relay");
    let start =
        || Relay::start(RelayConfig { node: cluster.handle(), operator: operator(), progress: Some(progress.clone()) });
    let relay = start();
    cluster.send(BOB, 1_000).await;
    cluster.wait_for_balance(THERE, BOB, 1_000).await;
    relay.stop().await;

    let interruptions = [BeforeOpening, BetweenLocks, AfterLocks, OnEachBlock];
    for interruption in interruptions {
        let mut relay = start();
        if matches!(interruption, BeforeOpening) {
            drop(relay);
            relay = start();
        }
        let bundle = cluster.open(100, 30, NEVER_MS).await;
        cluster.lock(bundle, 0).await;
        if matches!(interruption, BetweenLocks) {
            drop(relay);
            relay = start();
        }
        cluster.lock(bundle, 1).await;
        if matches!(interruption, AfterLocks) {
            drop(relay);
            relay = start();
        }
        if matches!(interruption, OnEachBlock) {
            let mut tip = cluster.handle().tip(HERE);
            for _ in 0..2 {
                tip.changed().await.expect("the shard runs");
                drop(relay);
                relay = start();
            }
        }
        cluster.wait_for_settlement(bundle, 0).await;
        cluster.wait_for_settlement(bundle, 1).await;
        relay.stop().await;
        assert_eq!(cluster.totals().await.sum(), u128::from(SUPPLY.0), "{interruption:?}");
    }
    let count = u64::try_from(interruptions.len()).expect("fits");
    let balances = [
        (HERE, ALICE, GRANT - 1_000 - 100 * count),
        (HERE, BOB, 100 * count),
        (THERE, ALICE, 30 * count),
        (THERE, BOB, 1_000 - 30 * count),
    ];
    for (shard, tenant, amount) in balances {
        assert_eq!(cluster.balance(shard, tenant).await, amount, "{tenant:?} on shard {shard}");
    }
}
