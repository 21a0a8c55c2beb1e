//! The report of a node: its heights, peers, mempool, disk and clock. Invariant: a node that is ready is connected and
//! follows every shard: it has all but the block in progress.

use crate::health::Report;
use chain_node::{NodeHandle, ShardStatus};
use chain_types::ShardId;
use futures::future::BoxFuture;
use metrics::gauge;
use std::{path::PathBuf, time::Instant};

/// The free space of the disk below which a node is not ready, in MB: less than one flush of every shard may need.
pub const DISK_FREE_MB_MIN: u64 = 256;

/// What is reported about a node.
pub struct NodeReport {
    node: NodeHandle,
    data: PathBuf,
    began: Instant,
}

impl NodeReport {
    /// For a node with its data in this folder.
    pub fn new(node: NodeHandle, data: PathBuf) -> Self {
        Self { node, data, began: Instant::now() }
    }

    fn peers(&self) -> Option<String> {
        let peers = self.node.peers();
        let connected = peers.iter().filter(|peer| peer.connected_since.is_some()).count();
        gauge!("waymark_ledger_peers").set(count(peers.len()));
        gauge!("waymark_ledger_peers_connected").set(count(connected));
        let is_alone = connected == 0 && !peers.is_empty();
        is_alone.then(|| format!("it is connected to none of its {} peers", peers.len()))
    }

    async fn shard(&self, shard: ShardId) -> Option<String> {
        let status = match self.node.status(shard).await {
            Ok(status) => status,
            Err(error) => return Some(format!("{error}; the log says why")),
        };
        let label = shard.to_string();
        let set = |name: &'static str, value: f64| gauge!(name, "shard" => label.clone()).set(value);
        set("waymark_ledger_height", float(status.tip.height.0));
        set("waymark_ledger_known_height", float(status.known.unwrap_or_default().0));
        set("waymark_ledger_mempool_transactions", count(status.waiting));
        set("waymark_ledger_view", float(status.view.0));
        set("waymark_ledger_views_skipped", float(status.views_skipped));
        set("waymark_ledger_is_validator", f64::from(u8::from(status.index.is_some())));
        set("waymark_ledger_clock_ahead_seconds", float(self.node.ahead_ms(shard).unwrap_or(0)) / 1_000.0);
        missing(&status)
    }

    fn disk(&self) -> Option<String> {
        let space = rustix::fs::statvfs(&self.data).ok()?;
        let free = space.f_bavail.saturating_mul(space.f_frsize);
        gauge!("waymark_disk_free_bytes").set(float(free));
        let free_mb = free / (1_024 * 1_024);
        (free_mb < DISK_FREE_MB_MIN).then(|| format!("its disk has {free_mb} MB left, {DISK_FREE_MB_MIN} are needed"))
    }
}

impl Report for NodeReport {
    fn take(&self) -> BoxFuture<'_, Vec<String>> {
        Box::pin(async move {
            let mut missing: Vec<String> = self.peers().into_iter().chain(self.disk()).collect();
            for shard in (0..self.node.shards()).map(ShardId) {
                missing.extend(self.shard(shard).await);
            }
            #[expect(clippy::cast_precision_loss, reason = "a clock steps by far less than 2^53 ms")]
            gauge!("waymark_clock_stepped_seconds").set(self.node.clock_stepped_ms() as f64 / 1_000.0);
            gauge!("waymark_uptime_seconds").set(self.began.elapsed().as_secs_f64());
            missing
        })
    }
}

/// What keeps a shard from following the others.
fn missing(status: &ShardStatus) -> Option<String> {
    let (shard, tip) = (status.shard, status.tip.height);
    if let Some(outdated) = &status.outdated {
        return Some(format!("shard {shard} has stopped: {outdated}"));
    }
    match status.known {
        None => Some(format!("the height of shard {shard} elsewhere is not known yet")),
        Some(known) if tip.next() < known => Some(format!("shard {shard} is at block {tip} of {known}")),
        Some(_) => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats; heights and bytes stay below 2^53")]
fn float(value: u64) -> f64 {
    value as f64
}

fn count(value: usize) -> f64 {
    float(u64::try_from(value).unwrap_or(u64::MAX))
}
