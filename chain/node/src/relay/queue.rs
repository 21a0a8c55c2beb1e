//! The queue of relay tasks for messages and bundles (atomic transactions across shards). Invariant: [`Progress`]
//! changes only through final blocks and the outcomes of tasks. A due task is only a hint, and the relayer decides on
//! proved state. Without new blocks only retries, deadlines and ended grace periods make a task due.
//!
//! A leg is the part of a bundle on one shard.

use super::relayer::{Outcome, TaskInput};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Command, Event, FinalBlock, Height, Receipt, ShardId, TimestampMs,
    atomic::{self, BundleId, Event as Crossed},
    limit,
};
use std::collections::{BTreeMap, BTreeSet};

/// The longest wait between two attempts at a task, in ticks.
const RETRY_TICKS_MAX: u64 = 256;

/// A part of the state to check and to act on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum RelayTask {
    /// One bundle.
    Bundle(BundleId),
    /// The messages from one shard to another.
    Messages(ShardId, ShardId),
    /// The locks on a shard that are no longer needed.
    Traces(ShardId),
}

/// An unfinished bundle.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Pending {
    /// The shard that decides it.
    pub(super) coordinator: ShardId,
    /// The shard of each leg.
    pub(super) legs: Vec<ShardId>,
    /// See [`atomic::Bundle::deadline`].
    pub(super) deadline: TimestampMs,
    /// Whether its decision was seen.
    pub(super) is_decided: bool,
}

/// What the relayer has learned from final blocks.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Progress {
    /// The last block read, per shard.
    pub(super) heights: Vec<Height>,
    bundles: BTreeMap<BundleId, Pending>,
    /// Locks of finished bundles, by shard and by the block time from which they may be forgotten.
    traces: BTreeMap<(ShardId, TimestampMs), Vec<(BundleId, u8)>>,
}

impl Progress {
    /// The progress before the first block.
    pub(super) fn new(shards: u16) -> Self {
        let heights = vec![Height(0); usize::from(shards)];
        Self { heights, bundles: BTreeMap::new(), traces: BTreeMap::new() }
    }

    /// Whether it belongs to a chain with this number of shards.
    pub(super) fn is_for(&self, shards: u16) -> bool {
        self.heights.len() == usize::from(shards)
    }
}

/// The progress and the due tasks.
pub(super) struct RelayQueue {
    progress: Progress,
    due: BTreeSet<RelayTask>,
    /// Tasks to retry: the attempts so far, and the tick of the next attempt.
    later: BTreeMap<RelayTask, (u32, u64)>,
    /// The least time that the next block may have; see [`Self::tick`].
    now: TimestampMs,
    /// The time of the last block read since the start, per shard.
    times: BTreeMap<ShardId, TimestampMs>,
}

impl RelayQueue {
    /// Continues from a progress. Every task that it could lead to is due once.
    pub(super) fn new(progress: Progress, now: TimestampMs) -> Self {
        let shards = || (0_u16..).map(ShardId).take(progress.heights.len());
        let routes = shards().flat_map(|from| shards().map(move |to| RelayTask::Messages(from, to)));
        let routes = routes.filter(|route| !matches!(route, RelayTask::Messages(from, to) if from == to));
        let bundles = progress.bundles.keys().copied().map(RelayTask::Bundle);
        let due = routes.chain(bundles).chain(shards().map(RelayTask::Traces)).collect();
        Self { progress, due, later: BTreeMap::new(), now, times: BTreeMap::new() }
    }

    pub(super) const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The last block read of a shard.
    pub(super) fn height(&self, shard: ShardId) -> Height {
        self.progress.heights.get(usize::from(shard.0)).copied().unwrap_or_default()
    }

    /// Applies the next block of a shard.
    pub(super) fn apply(&mut self, block: &FinalBlock) {
        let shard = block.header.shard;
        if let Some(height) = self.progress.heights.get_mut(usize::from(shard.0)) {
            *height = block.header.height;
        }
        self.observe_time(shard, block.header.timestamp_ms);
        let entries = block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
        for (entry, receipt) in entries.zip(&block.block.receipts) {
            if let Receipt::Applied(Event::Atomic(event)) = receipt {
                self.apply_event(shard, &entry.core.command, event);
            }
        }
    }

    fn apply_event(&mut self, shard: ShardId, command: &Command, event: &Crossed) {
        match *event {
            Crossed::Sent { destination, .. } => self.make_due(RelayTask::Messages(shard, destination)),
            Crossed::Credited { source, .. } => self.make_due(RelayTask::Messages(source, shard)),
            Crossed::Bounced { source, .. } => {
                self.make_due(RelayTask::Messages(source, shard));
                self.make_due(RelayTask::Messages(shard, source));
            }
            Crossed::BundleOpened { bundle: id } => {
                if let Command::Atomic(atomic::Command::OpenBundle { bundle }) = command {
                    let legs = bundle.legs.iter().map(|leg| leg.shard).collect();
                    let pending = Pending { coordinator: shard, legs, deadline: bundle.deadline, is_decided: false };
                    self.progress.bundles.insert(id, pending);
                    self.make_due(RelayTask::Bundle(id));
                }
            }
            Crossed::BundleDecided { bundle, .. } => {
                if let Some(pending) = self.progress.bundles.get_mut(&bundle) {
                    pending.is_decided = true;
                }
                self.make_due(RelayTask::Bundle(bundle));
            }
            Crossed::LegPrepared { bundle, .. }
            | Crossed::LegRefused { bundle, .. }
            | Crossed::LegSettled { bundle, .. } => self.make_due(RelayTask::Bundle(bundle)),
            Crossed::OutboxAcknowledged { .. } | Crossed::LegReported { .. } | Crossed::LegForgotten { .. } => {}
        }
    }

    /// Notes the block time of a shard. A leg on it can no longer be locked once its bundle's deadline has passed
    /// there, so such bundles become due.
    fn observe_time(&mut self, shard: ShardId, time: TimestampMs) {
        let before = self.times.insert(shard, time).unwrap_or_default();
        let is_past = |pending: &Pending| {
            pending.is_decided && has_come(pending.deadline, before, time) && pending.legs.contains(&shard)
        };
        let past = self.progress.bundles.iter().filter(|(_, pending)| is_past(pending));
        self.due.extend(past.map(|(id, _)| RelayTask::Bundle(*id)));
    }

    /// Makes a task due at once, without its retry wait.
    fn make_due(&mut self, task: RelayTask) {
        self.later.remove(&task);
        self.due.insert(task);
    }

    /// Makes due what depends on time alone: retries, bundles whose deadline has passed, and locks whose grace period
    /// is over. `now` is the least time that the next block may have.
    pub(super) fn tick(&mut self, tick: u64, now: TimestampMs) {
        for (task, (_, at)) in &mut self.later {
            if *at <= tick {
                // Not due again until [`Self::finish`] sets the next attempt.
                *at = u64::MAX;
                self.due.insert(*task);
            }
        }
        let before = std::mem::replace(&mut self.now, now);
        let late = |pending: &Pending| !pending.is_decided && has_come(pending.deadline, before, now);
        let late = self.progress.bundles.iter().filter(|(_, pending)| late(pending));
        self.due.extend(late.map(|(id, _)| RelayTask::Bundle(*id)));
        let old = self.progress.traces.keys().filter(|(_, at)| has_come(*at, before, now));
        self.due.extend(old.map(|(shard, _)| RelayTask::Traces(*shard)));
    }

    /// Takes the next due task that is not running.
    pub(super) fn next(&mut self, busy: &BTreeSet<RelayTask>) -> Option<RelayTask> {
        let next = self.due.iter().find(|task| !busy.contains(task)).copied()?;
        self.due.remove(&next);
        Some(next)
    }

    /// The input of a task.
    pub(super) fn work(&self, task: &RelayTask) -> TaskInput {
        match *task {
            RelayTask::Bundle(id) => match self.progress.bundles.get(&id) {
                Some(pending) => TaskInput::Bundle(id, pending.clone(), self.now),
                None => TaskInput::Nothing,
            },
            RelayTask::Messages(source, destination) => TaskInput::Messages { source, destination },
            RelayTask::Traces(shard) => {
                let old = self.progress.traces.range((shard, TimestampMs(0))..=(shard, self.now));
                TaskInput::Traces(shard, old.map(|((_, at), traces)| (*at, traces.clone())).collect())
            }
        }
    }

    /// Records the outcome of a task.
    pub(super) fn finish(&mut self, task: RelayTask, outcome: Outcome, tick: u64) {
        let attempts = self.later.remove(&task).map_or(0, |(attempts, _)| attempts);
        match outcome {
            Outcome::Done => {}
            Outcome::Again => {
                let wait = 1_u64.checked_shl(attempts).unwrap_or(RETRY_TICKS_MAX).min(RETRY_TICKS_MAX);
                self.later.insert(task, (attempts.saturating_add(1), tick.saturating_add(wait)));
            }
            Outcome::Finished { id, locked } => {
                let Some(pending) = self.progress.bundles.remove(&id) else { return };
                let forget_at = TimestampMs(pending.deadline.0.saturating_add(limit::LOCK_GRACE_MS));
                for (shard, leg) in locked {
                    self.progress.traces.entry((shard, forget_at)).or_default().push((id, leg));
                    if forget_at <= self.now {
                        self.make_due(RelayTask::Traces(shard));
                    }
                }
            }
            Outcome::Forgotten(shard, gone) => {
                for (at, gone) in gone {
                    let Some(traces) = self.progress.traces.get_mut(&(shard, at)) else { continue };
                    traces.retain(|trace| !gone.contains(trace));
                    if traces.is_empty() {
                        self.progress.traces.remove(&(shard, at));
                    }
                }
            }
        }
    }
}

/// Whether a time lies between two checks.
fn has_come(at: TimestampMs, before: TimestampMs, now: TimestampMs) -> bool {
    before < at && at <= now
}

#[cfg(test)]
mod tests;
