//! The relayer: carries state proofs between shards for messages [P20] and bundles (atomic transactions across shards)
//! [P21]. Any number of relayers may run; one honest one is enough.
//!
//! Invariant: the ledger checks every step of a relayer. A step that another relayer already took is rejected and
//! changes nothing. A step that a crash interrupts is found again in the state.

mod progress_file;
mod queue;
mod relayer;

use crate::{NodeHandle, clock::wall_clock};
use chain_replica::CLOCK_BEHIND_MS_MAX;
use chain_types::{Height, SecretKey, ShardId, TimestampMs};
use progress_file::ProgressFile;
use queue::{RelayQueue, RelayTask};
use relayer::{Outcome, Relayer};
use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, oneshot},
    task::{JoinHandle, JoinSet},
    time::MissedTickBehavior,
};

/// Tasks that run at the same time. Each waits for at most one transaction per shard.
pub const RELAY_TASKS_MAX: usize = 64;
/// The interval for work that becomes due by time alone: deadlines, grace periods, and retries.
const TICK: Duration = Duration::from_millis(250);
/// Blocks of one shard that are read before tasks are started.
const BLOCKS_PER_ROUND: usize = 256;
/// Ticks between two writes of the progress file.
const TICKS_PER_SAVE: u64 = 4;

/// The configuration of a relayer.
pub struct RelayConfig {
    /// The node that it reads and submits through, which may be a follower.
    pub node: NodeHandle,
    /// The key that signs its transactions: the operator's, which every shard admits.
    pub operator: SecretKey,
    /// The file that stores how far it has read. Without one it starts from the first block.
    pub progress: Option<PathBuf>,
}

/// A running relayer. Dropping it acts like a crash: running tasks are abandoned, and the progress stays as last
/// written. The next start finds open work in the state.
pub struct Relay {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Starts a relayer on the caller's runtime.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(config: RelayConfig) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(RelayLoop::new(config).run(stopped)) }
    }

    /// Writes the progress and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

/// The state of the relayer's task.
struct RelayLoop {
    node: NodeHandle,
    relayer: Arc<Relayer>,
    file: ProgressFile,
    queue: RelayQueue,
    /// The keys of the running tasks. No task runs twice at the same time.
    busy: BTreeSet<RelayTask>,
    running: JoinSet<(RelayTask, Outcome)>,
    ticks: u64,
}

impl RelayLoop {
    fn new(config: RelayConfig) -> Self {
        let RelayConfig { node, operator, progress } = config;
        let file = ProgressFile::new(progress, node.chain_id());
        let queue = RelayQueue::new(file.load(node.shards()), block_time());
        let relayer = Arc::new(Relayer::new(node.clone(), operator));
        Self { node, relayer, file, queue, busy: BTreeSet::new(), running: JoinSet::new(), ticks: 0 }
    }

    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let (news, _watchers) = watch(&self.node);
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.read().await;
            self.start_tasks();
            tokio::select! {
                biased;
                stop = &mut stopped => {
                    if stop.is_ok() {
                        self.save().await;
                    }
                    return;
                }
                Some(done) = self.running.join_next() => self.finish(done),
                _ = ticks.tick() => {
                    self.ticks += 1;
                    self.queue.tick(self.ticks, block_time());
                    if self.ticks.is_multiple_of(TICKS_PER_SAVE) {
                        self.save().await;
                    }
                }
                () = news.notified() => {}
            }
        }
    }

    /// Reads the blocks that became final. A block that cannot be read now is read at the next block or tick.
    async fn read(&mut self) {
        for shard in (0..self.node.shards()).map(ShardId) {
            for _ in 0..BLOCKS_PER_ROUND {
                match self.node.block(shard, self.queue.height(shard).next()).await {
                    Ok(Some(block)) => self.queue.apply(&block),
                    Ok(None) => break,
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(shard = shard.0, error, "the relayer cannot read a block");
                        break;
                    }
                }
            }
        }
    }

    fn start_tasks(&mut self) {
        while self.busy.len() < RELAY_TASKS_MAX {
            let Some(task) = self.queue.next(&self.busy) else { return };
            let (relayer, work) = (Arc::clone(&self.relayer), self.queue.work(&task));
            self.busy.insert(task);
            self.running.spawn(async move { (task, relayer.perform(work).await) });
        }
    }

    fn finish(&mut self, done: Result<(RelayTask, Outcome), tokio::task::JoinError>) {
        match done {
            Ok((task, outcome)) => {
                self.busy.remove(&task);
                self.queue.finish(task, outcome, self.ticks);
            }
            // The failed task stays busy, because a retry would panic again.
            Err(error) => tracing::error!(%error, "relayer task failed"),
        }
    }

    async fn save(&mut self) {
        if let Err(error) = self.file.save(self.queue.progress()).await {
            tracing::warn!(%error, "the relayer's progress cannot be written; it will read more blocks after a restart");
        }
    }
}

/// The least time that the next block of any shard may have, by this machine's clock.
fn block_time() -> TimestampMs {
    TimestampMs(wall_clock().0.saturating_sub(CLOCK_BEHIND_MS_MAX))
}

/// Notifies on each new block of any shard, until the watchers are dropped.
fn watch(node: &NodeHandle) -> (Arc<Notify>, JoinSet<()>) {
    let news = Arc::new(Notify::new());
    let mut watchers = JoinSet::new();
    for shard in (0..node.shards()).map(ShardId) {
        let (mut tip, news) = (node.tip(shard), Arc::clone(&news));
        watchers.spawn(async move {
            let mut seen = Height(0);
            while tip.wait_for(|tip| tip.height > seen).await.is_ok() {
                seen = tip.borrow_and_update().height;
                news.notify_one();
            }
        });
    }
    (news, watchers)
}
