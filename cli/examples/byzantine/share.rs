//! Deals randomness like an honest validator, but never reveals a share. Invariant: deals are the only duties that it
//! submits.

use chain_beacon::When;
use chain_node::{NodeHandle, beacon_secrets, upkeep};
use chain_types::{Command, atomic::BEACON_SHARD, beacon::Command as Duty};
use std::{collections::BTreeSet, time::Duration};

/// The interval between two checks for due duties.
const TICK: Duration = Duration::from_millis(200);

/// Deals like an honest validator, never reveals a share, and prints each epoch in which it withheld one.
pub(crate) async fn withhold(node: NodeHandle, seed: &[u8; 32]) {
    let secrets = beacon_secrets(seed);
    let mut withheld = BTreeSet::new();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        let Some(beacon) = node.beacon().await else { continue };
        let tip = *node.tip(BEACON_SHARD).borrow();
        let next = When { height: tip.height.next(), time: tip.timestamp_ms };
        let duties = beacon.duties(next, &secrets, false, false);
        if duties.iter().any(|duty| matches!(duty, Duty::Reveal(_))) && withheld.insert(beacon.epoch()) {
            println!("{}", serde_json::json!({ "withheld": beacon.epoch().0 }));
        }
        let deals: Vec<_> = duties.into_iter().filter(|duty| matches!(duty, Duty::Deal(_))).collect();
        if !deals.is_empty() {
            let deals = deals.into_iter().map(Command::Beacon);
            // A deal that is not accepted is due again.
            let _ = node.submit(BEACON_SHARD, upkeep(&node, BEACON_SHARD, &secrets.key, deals)).await;
        }
    }
}
