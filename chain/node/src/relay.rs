//! The relayer [P20] [P21]: carries what one shard decided to the shard that waits for it. Invariant: it decides
//! nothing. Every step carries a proof that the ledger checks, a step that somebody else took is rejected there and
//! changes nothing, and what a crash interrupts is found again in the state; so any number of relayers may run, and one
//! that is honest is enough.

mod agenda;
mod courier;
mod memory;

use crate::{NodeHandle, clock::wall_clock};
use agenda::{Agenda, Errand};
use chain_replica::CLOCK_BEHIND_MS_MAX;
use chain_types::{Height, SecretKey, ShardId, TimestampMs};
use courier::{Courier, Outcome};
use memory::Memory;
use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, oneshot},
    task::{JoinHandle, JoinSet},
    time::MissedTickBehavior,
};

/// Errands under way at a time; each waits for at most one transaction per shard.
pub const ERRANDS_MAX: usize = 64;
/// Between two looks at what time alone changes: deadlines, graces, and errands to try again.
const TICK: Duration = Duration::from_millis(250);
/// Blocks of one shard read before errands are sent out.
const BLOCKS_PER_ROUND: usize = 256;
/// Ticks between two writes of the memory.
const TICKS_PER_SAVE: u64 = 4;

/// What a relayer needs to start.
pub struct RelayConfig {
    /// The node that it reads and submits through; a follower will do.
    pub node: NodeHandle,
    /// The key that signs its transactions: the operator's, which every shard admits.
    pub operator: SecretKey,
    /// The file that remembers how far it read; without one it starts from the first block.
    pub memory: Option<PathBuf>,
}

/// A running relayer. Dropping it is a crash: errands under way are forgotten and the memory stays as it was last
/// written, which the next start makes up for.
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
        Self { stop, task: tokio::spawn(Rounds::new(config).run(stopped)) }
    }

    /// Writes the memory and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

/// The relayer's task.
struct Rounds {
    node: NodeHandle,
    courier: Arc<Courier>,
    memory: Memory,
    agenda: Agenda,
    /// Errands under way; one at a time for each.
    busy: BTreeSet<Errand>,
    out: JoinSet<(Errand, Outcome)>,
    ticks: u64,
}

impl Rounds {
    fn new(config: RelayConfig) -> Self {
        let RelayConfig { node, operator, memory } = config;
        let memory = Memory::new(memory, node.chain_id());
        let agenda = Agenda::new(memory.load(node.shards()), block_time());
        let courier = Arc::new(Courier::new(node.clone(), operator));
        Self { node, courier, memory, agenda, busy: BTreeSet::new(), out: JoinSet::new(), ticks: 0 }
    }

    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let (news, _watchers) = watch(&self.node);
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.read().await;
            self.send_out();
            tokio::select! {
                biased;
                stop = &mut stopped => {
                    if stop.is_ok() {
                        self.save().await;
                    }
                    return;
                }
                Some(done) = self.out.join_next() => self.take_back(done),
                _ = ticks.tick() => {
                    self.ticks += 1;
                    self.agenda.tick(self.ticks, block_time());
                    if self.ticks.is_multiple_of(TICKS_PER_SAVE) {
                        self.save().await;
                    }
                }
                () = news.notified() => {}
            }
        }
    }

    /// Reads the blocks that became final; what cannot be read now is read at the next news or tick.
    async fn read(&mut self) {
        for shard in (0..self.node.shards()).map(ShardId) {
            for _ in 0..BLOCKS_PER_ROUND {
                match self.node.block(shard, self.agenda.height(shard).next()).await {
                    Ok(Some(block)) => self.agenda.apply(&block),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(shard = shard.0, %error, "the relayer cannot read a block");
                        break;
                    }
                }
            }
        }
    }

    fn send_out(&mut self) {
        while self.busy.len() < ERRANDS_MAX {
            let Some(errand) = self.agenda.next(&self.busy) else { return };
            let (courier, work) = (Arc::clone(&self.courier), self.agenda.work(&errand));
            self.busy.insert(errand);
            self.out.spawn(async move { (errand, courier.perform(work).await) });
        }
    }

    fn take_back(&mut self, done: Result<(Errand, Outcome), tokio::task::JoinError>) {
        match done {
            Ok((errand, outcome)) => {
                self.busy.remove(&errand);
                self.agenda.take_back(errand, outcome, self.ticks);
            }
            // The errand stays busy: what made it panic would do so again.
            Err(error) => tracing::error!(%error, "an errand of the relayer failed"),
        }
    }

    async fn save(&mut self) {
        if let Err(error) = self.memory.save(self.agenda.notes()).await {
            tracing::warn!(%error, "the relayer's memory cannot be written; it will read more blocks after a restart");
        }
    }
}

/// The least time that the next block of any shard may have, as far as this machine's clock tells.
fn block_time() -> TimestampMs {
    TimestampMs(wall_clock().0.saturating_sub(CLOCK_BEHIND_MS_MAX))
}

/// Tells whenever a shard's tip moved; until the watchers are dropped.
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
