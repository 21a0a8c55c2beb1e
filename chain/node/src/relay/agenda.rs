//! What waits to be relayed. Invariant: [`Notes`] are a fold over final blocks, so they can be made again from any
//! earlier notes; what is due is only a hint where to look, and every look is at proved state. Nothing is due on a chain
//! without news, except what a deadline or the end of a grace makes due, once.

use super::courier::{Outcome, Work};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Command, Event, FinalBlock, Height, Receipt, ShardId, TimestampMs,
    atomic::{self, BundleId, Event as Crossed},
    limit,
};
use std::collections::{BTreeMap, BTreeSet};

/// Most ticks between two attempts at an errand.
const RETRY_TICKS_MAX: u64 = 256;

/// Something to look at, and to act on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Errand {
    /// A bundle.
    Bundle(BundleId),
    /// Messages from one shard to another.
    Way(ShardId, ShardId),
    /// Traces of locks on a shard that nobody needs any more.
    Traces(ShardId),
}

/// A bundle that is not finished.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Pending {
    /// Where it is decided.
    pub(super) coordinator: ShardId,
    /// The shard of each leg.
    pub(super) legs: Vec<ShardId>,
    /// See [`atomic::Bundle::deadline`].
    pub(super) deadline: TimestampMs,
    /// Whether its decision was seen.
    pub(super) is_decided: bool,
}

/// What was learned from blocks.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Notes {
    /// The last block read, per shard.
    pub(super) heights: Vec<Height>,
    bundles: BTreeMap<BundleId, Pending>,
    /// Locks of finished bundles, by their shard and the block time from which on they may be forgotten.
    traces: BTreeMap<(ShardId, TimestampMs), Vec<(BundleId, u8)>>,
}

impl Notes {
    /// Notes before the first block.
    pub(super) fn new(shards: u16) -> Self {
        let heights = vec![Height(0); usize::from(shards)];
        Self { heights, bundles: BTreeMap::new(), traces: BTreeMap::new() }
    }

    /// Whether they are about a chain of so many shards.
    pub(super) fn is_for(&self, shards: u16) -> bool {
        self.heights.len() == usize::from(shards)
    }
}

/// Notes, and what is due.
pub(super) struct Agenda {
    notes: Notes,
    due: BTreeSet<Errand>,
    /// Errands to try again: attempts so far, and the tick from which on.
    later: BTreeMap<Errand, (u32, u64)>,
    /// What the next block's time is expected to be at least; see [`Self::tick`].
    now: TimestampMs,
    /// The time of the last block read, per shard, since this agenda began.
    times: BTreeMap<ShardId, TimestampMs>,
}

impl Agenda {
    /// Goes on from notes at a time. Everything in them is looked at once.
    pub(super) fn new(notes: Notes, now: TimestampMs) -> Self {
        let shards = || (0_u16..).map(ShardId).take(notes.heights.len());
        let ways = shards().flat_map(|from| shards().map(move |to| Errand::Way(from, to)));
        let ways = ways.filter(|way| !matches!(way, Errand::Way(from, to) if from == to));
        let bundles = notes.bundles.keys().copied().map(Errand::Bundle);
        let due = ways.chain(bundles).chain(shards().map(Errand::Traces)).collect();
        Self { notes, due, later: BTreeMap::new(), now, times: BTreeMap::new() }
    }

    /// The notes up to here.
    pub(super) const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// The last block read of a shard.
    pub(super) fn height(&self, shard: ShardId) -> Height {
        self.notes.heights.get(usize::from(shard.0)).copied().unwrap_or_default()
    }

    /// Reads the next block of a shard.
    pub(super) fn apply(&mut self, block: &FinalBlock) {
        let shard = block.header.shard;
        if let Some(height) = self.notes.heights.get_mut(usize::from(shard.0)) {
            *height = block.header.height;
        }
        self.pass(shard, block.header.timestamp_ms);
        let entries = block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
        for (entry, receipt) in entries.zip(&block.block.receipts) {
            if let Receipt::Applied(Event::Atomic(event)) = receipt {
                self.learn(shard, &entry.core.command, event);
            }
        }
    }

    fn learn(&mut self, shard: ShardId, command: &Command, event: &Crossed) {
        match *event {
            Crossed::Sent { destination, .. } => self.look(Errand::Way(shard, destination)),
            Crossed::Credited { source, .. } => self.look(Errand::Way(source, shard)),
            Crossed::Bounced { source, .. } => {
                self.look(Errand::Way(source, shard));
                self.look(Errand::Way(shard, source));
            }
            Crossed::BundleOpened { bundle: id } => {
                if let Command::Atomic(atomic::Command::OpenBundle { bundle }) = command {
                    let legs = bundle.legs.iter().map(|leg| leg.shard).collect();
                    let pending = Pending { coordinator: shard, legs, deadline: bundle.deadline, is_decided: false };
                    self.notes.bundles.insert(id, pending);
                    self.look(Errand::Bundle(id));
                }
            }
            Crossed::BundleDecided { bundle, .. } => {
                if let Some(pending) = self.notes.bundles.get_mut(&bundle) {
                    pending.is_decided = true;
                }
                self.look(Errand::Bundle(bundle));
            }
            Crossed::LegPrepared { bundle, .. }
            | Crossed::LegRefused { bundle, .. }
            | Crossed::LegSettled { bundle, .. } => self.look(Errand::Bundle(bundle)),
            Crossed::OutboxAcknowledged { .. } | Crossed::LegReported { .. } | Crossed::LegForgotten { .. } => {}
        }
    }

    /// A shard's blocks came to a time: of decided bundles, nobody can lock a leg there any more whose deadline that is.
    fn pass(&mut self, shard: ShardId, time: TimestampMs) {
        let before = self.times.insert(shard, time).unwrap_or_default();
        let is_past = |pending: &Pending| {
            pending.is_decided && has_come(pending.deadline, before, time) && pending.legs.contains(&shard)
        };
        let past = self.notes.bundles.iter().filter(|(_, pending)| is_past(pending));
        self.due.extend(past.map(|(id, _)| Errand::Bundle(*id)));
    }

    /// News about an errand end its waiting.
    fn look(&mut self, errand: Errand) {
        self.later.remove(&errand);
        self.due.insert(errand);
    }

    /// What time alone makes due: errands to try again, bundles whose deadline came, traces whose grace is over. `now` is
    /// what the next block's time is expected to be at least.
    pub(super) fn tick(&mut self, tick: u64, now: TimestampMs) {
        for (errand, (_, at)) in &mut self.later {
            if *at <= tick {
                // Until its outcome says when to try again.
                *at = u64::MAX;
                self.due.insert(*errand);
            }
        }
        let before = std::mem::replace(&mut self.now, now);
        let late = |pending: &Pending| !pending.is_decided && has_come(pending.deadline, before, now);
        let late = self.notes.bundles.iter().filter(|(_, pending)| late(pending));
        self.due.extend(late.map(|(id, _)| Errand::Bundle(*id)));
        let old = self.notes.traces.keys().filter(|(_, at)| has_come(*at, before, now));
        self.due.extend(old.map(|(shard, _)| Errand::Traces(*shard)));
    }

    /// The next errand that is due and not under way.
    pub(super) fn next(&mut self, busy: &BTreeSet<Errand>) -> Option<Errand> {
        let next = self.due.iter().find(|errand| !busy.contains(errand)).copied()?;
        self.due.remove(&next);
        Some(next)
    }

    /// What an errand is about.
    pub(super) fn work(&self, errand: &Errand) -> Work {
        match *errand {
            Errand::Bundle(id) => match self.notes.bundles.get(&id) {
                Some(pending) => Work::Bundle(id, pending.clone(), self.now),
                None => Work::Nothing,
            },
            Errand::Way(source, destination) => Work::Way { source, destination },
            Errand::Traces(shard) => {
                let old = self.notes.traces.range((shard, TimestampMs(0))..=(shard, self.now));
                Work::Traces(shard, old.map(|((_, at), traces)| (*at, traces.clone())).collect())
            }
        }
    }

    /// Takes an errand's outcome in.
    pub(super) fn take_back(&mut self, errand: Errand, outcome: Outcome, tick: u64) {
        let attempts = self.later.remove(&errand).map_or(0, |(attempts, _)| attempts);
        match outcome {
            Outcome::Done => {}
            Outcome::Again => {
                let wait = 1_u64.checked_shl(attempts).unwrap_or(RETRY_TICKS_MAX).min(RETRY_TICKS_MAX);
                self.later.insert(errand, (attempts.saturating_add(1), tick.saturating_add(wait)));
            }
            Outcome::Finished { id, locked } => {
                let Some(pending) = self.notes.bundles.remove(&id) else { return };
                let at = TimestampMs(pending.deadline.0.saturating_add(limit::LOCK_GRACE_MS));
                for (shard, leg) in locked {
                    self.notes.traces.entry((shard, at)).or_default().push((id, leg));
                    if at <= self.now {
                        self.look(Errand::Traces(shard));
                    }
                }
            }
            Outcome::Forgotten(shard, gone) => {
                for (at, gone) in gone {
                    let Some(traces) = self.notes.traces.get_mut(&(shard, at)) else { continue };
                    traces.retain(|trace| !gone.contains(trace));
                    if traces.is_empty() {
                        self.notes.traces.remove(&(shard, at));
                    }
                }
            }
        }
    }
}

/// Whether a time came between two looks.
fn has_come(at: TimestampMs, before: TimestampMs, now: TimestampMs) -> bool {
    before < at && at <= now
}

#[cfg(test)]
mod tests;
