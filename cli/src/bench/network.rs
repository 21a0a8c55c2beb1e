//! Measures a network of validator processes on this machine, with a follower in this process. Invariant: all members
//! and the load generator share the machine's cores.
//!
//! Each validator is a `waymark node`. The follower submits the transactions and observes finality.

mod cpu;

use super::{
    instance::scratch,
    signed::{Author, register, sign, submit_all, submit_one},
    statistics::{per_second, percentile_ms, round},
};
use crate::{
    home::{ChainShape, Home},
    new_chain::EpochLength,
    testnet::{layout::Layout, member::Process},
};
use anyhow::Context as _;
use chain_node::{History, Node, NodeConfig, NodeHandle};
use chain_types::ShardId;
use cpu::CpuTimes;
use serde_json::{Map, Value, json};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const SHARDS: u16 = 2;
/// The default sizes of the measured networks.
pub const VALIDATORS: [u16; 3] = [1, 2, 4];
/// The size of the largest network on one machine.
pub const VALIDATORS_MAX: i64 = 16;
const TENANTS: u16 = 8;
/// Authors per tenant.
const AUTHORS: u32 = 500;
/// Transactions per second while finality is measured.
const RATE: u64 = 500;
/// The number of missing blocks from which a follower joins from a snapshot: low, because these chains are short.
const JOIN_BEHIND: u64 = 1;
/// The time in which a new follower must have every block.
const JOIN_TIMEOUT: Duration = Duration::from_mins(2);

/// A network, its follower in this process, and authors that may write.
struct Network {
    validators: Vec<Process>,
    follower: Node,
    authors: Arc<Vec<Author>>,
}

impl Network {
    async fn start(folder: &Path, validators: u16) -> anyhow::Result<Self> {
        let layout = Layout::open_or_create(folder, Some(validators), Some(SHARDS), EpochLength::default())?;
        let mut processes = Vec::new();
        for validator in &layout.validators {
            let folder = validator.display().to_string();
            processes.push(Process::start(&["node", "--json", "--data", &folder]).await?);
        }
        let home = Home::open_or_create(&layout.gateway, ChainShape::default())?;
        let follower = Node::start(home.node()?).await?;
        let authors = register(&follower.handle(), &home.operator, TENANTS, AUTHORS).await?;
        Ok(Self { validators: processes, follower, authors: Arc::new(authors) })
    }

    async fn stop(self) -> anyhow::Result<()> {
        stop(self.follower).await?;
        for validator in self.validators {
            validator.stop().await?;
        }
        Ok(())
    }
}

async fn stop(node: Node) -> anyhow::Result<()> {
    Ok(tokio::task::spawn_blocking(move || node.stop()).await??)
}

/// Measures networks of these sizes.
pub async fn measure(quick: bool, sizes: &[u16]) -> anyhow::Result<Map<String, Value>> {
    let mut figures = Map::new();
    let (mut rates, mut bounds, mut ratios, mut stages) = (Map::new(), Map::new(), Map::new(), Map::new());
    for (count, remaining) in sizes.iter().zip((0..sizes.len()).rev()) {
        let folder = scratch()?;
        let mut network = Network::start(&folder.path().join("network"), *count).await?;
        if remaining == 0 {
            figures.insert("finality_ms".to_owned(), finality(&network, quick).await?);
        }
        let (rate, bound, shares) = throughput(&network, quick).await?;
        rates.insert(count.to_string(), json!(rate));
        bounds.insert(count.to_string(), json!(bound));
        ratios.insert(count.to_string(), json!(round(rate / bound)));
        stages.insert(count.to_string(), shares);
        if remaining == 0 {
            let from_snapshot = History::FromSnapshot { behind: JOIN_BEHIND };
            for (figure, history) in [("replay_s", History::Whole), ("join_s", from_snapshot)] {
                let (fresh, seconds, blocks) =
                    join(network.follower, &folder.path().join("network"), figure, history).await?;
                network.follower = fresh;
                figures.insert(figure.to_owned(), json!(seconds));
                figures.insert("join_blocks".to_owned(), json!(blocks));
            }
        }
        network.stop().await?;
    }
    figures.insert("bundle_ms".to_owned(), super::bundle::measure(quick).await?);
    figures.insert("tx_per_s".to_owned(), Value::Object(rates));
    figures.insert("tx_bound_per_s".to_owned(), Value::Object(bounds));
    figures.insert("tx_ratio".to_owned(), Value::Object(ratios));
    figures.insert("cores".to_owned(), Value::Object(stages));
    Ok(figures)
}

/// Measures the time from submission at the follower until the follower has the transaction as final, at a steady rate.
async fn finality(network: &Network, quick: bool) -> anyhow::Result<Value> {
    let seconds = if quick { 4 } else { 20 };
    let handle = network.follower.handle();
    let count = usize::try_from(RATE * (seconds + 1))?;
    let batches = sign(handle.chain_id(), &network.authors, 0..count)?;
    let mut beat = tokio::time::interval(Duration::from_micros(1_000_000 / RATE));
    let mut running = JoinSet::new();
    for (number, (shard, transaction)) in batches.into_iter().flatten().enumerate() {
        let due = beat.tick().await.into_std();
        let node = handle.clone();
        running.spawn(async move {
            let is_applied = submit_one(&node, shard, &transaction).await?;
            anyhow::ensure!(is_applied, "a transaction was rejected");
            Ok((number, due.elapsed()))
        });
    }
    let mut samples = Vec::new();
    while let Some(sample) = running.join_next().await {
        let (number, took) = sample??;
        // The first second warms up connections and caches.
        if number >= usize::try_from(RATE)? {
            samples.push(took);
        }
    }
    Ok(json!({
        "p50": percentile_ms(&mut samples, 500),
        "p99": percentile_ms(&mut samples, 990),
        "max": percentile_ms(&mut samples, 1_000),
        "tx_per_s": RATE,
    }))
}

/// Returns the transactions per second that become final, their bound, and the cores used by each stage. The bound
/// assumes that every member only checks every signature, on these cores.
async fn throughput(network: &Network, quick: bool) -> anyhow::Result<(f64, f64, Value)> {
    let count = if quick { 40_000 } else { 200_000 };
    let handle = network.follower.handle();
    let batches = sign(handle.chain_id(), &network.authors, 1_000_000..1_000_000 + count)?;
    let members = u32::try_from(network.validators.len())?.saturating_add(1);
    let bound = round(super::core::bound(&batches) / f64::from(members));
    let pids: Vec<u32> = network.validators.iter().filter_map(Process::pid).collect();
    let before = CpuTimes::read(&pids)?;
    let started = Instant::now();
    let applied = submit_all(&handle, batches).await?;
    let elapsed = started.elapsed();
    anyhow::ensure!(applied == count, "{applied} of {count} transactions were applied");
    let shares = CpuTimes::read(&pids)?.since(&before).shares(elapsed);
    Ok((per_second(count, elapsed), bound, shares))
}

/// Replaces the follower by one without data in the folder `name`. Returns the time until it has caught up on all
/// shards, and the number of blocks.
async fn join(follower: Node, folder: &Path, name: &str, history: History) -> anyhow::Result<(Node, f64, u64)> {
    let goal = heights(&follower.handle());
    stop(follower).await?;
    let (from, to) = (folder.join("gateway"), folder.join(name));
    std::fs::create_dir_all(to.join("keys"))?;
    for file in ["genesis", "network.json", "keys/node", "keys/operator"] {
        std::fs::copy(from.join(file), to.join(file)).with_context(|| format!("copying {file}"))?;
    }
    let started = Instant::now();
    let config = Home::open_or_create(&to, ChainShape::default())?.node()?;
    let fresh = Node::start(NodeConfig { history, ..config }).await?;
    for (shard, goal) in goal.iter().enumerate() {
        let mut tip = fresh.handle().tip(ShardId(u16::try_from(shard)?));
        let reached = tip.wait_for(|tip| tip.height.0 >= *goal);
        tokio::time::timeout(JOIN_TIMEOUT, reached).await.context("the fresh follower does not catch up")??;
    }
    let seconds = round(started.elapsed().as_secs_f64());
    Ok((fresh, seconds, goal.iter().sum()))
}

fn heights(handle: &NodeHandle) -> Vec<u64> {
    (0..handle.shards()).map(|shard| handle.tip(ShardId(shard)).borrow().height.0).collect()
}
