//! What waits to be relayed. Invariant: [`Notes`] are a fold over final blocks, so they can be made again from any
//! earlier notes; what is due is only a hint where to look, and every look is at proved state.

use super::courier::{Outcome, Work};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Event, FinalBlock, Height, Operation, Receipt, ShardId,
    atomic::{self, BEACON_SHARD, BundleId, Event as Crossed},
    limit,
};
use std::collections::{BTreeMap, BTreeSet};

/// How far a shard's beacon clock may lag behind before it is set without need; well below how far ahead of it a
/// deadline may lie.
pub(super) const CLOCK_LAG_MAX: u64 = 1_000;
/// Ticks without a block of the beacon shard after which an undecided bundle makes the relayer ask for one: an idle
/// chain has no blocks, so its deadlines would never come.
const IDLE_TICKS_MAX: u64 = 4;
/// Most ticks between two attempts at an errand.
const RETRY_TICKS_MAX: u64 = 256;

/// Something to look at, and to act on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Errand {
    /// A bundle.
    Bundle(BundleId),
    /// Messages from one shard to another.
    Way(ShardId, ShardId),
    /// The beacon clock of a shard.
    Clock(ShardId),
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
    pub(super) deadline: Height,
    /// Whether its decision was seen.
    pub(super) is_decided: bool,
}

/// What was learned from blocks.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Notes {
    /// The last block read, per shard.
    pub(super) heights: Vec<Height>,
    /// The beacon clock, per shard.
    clocks: Vec<Height>,
    bundles: BTreeMap<BundleId, Pending>,
    /// Locks of finished bundles, by their shard and the beacon height from which on they may be forgotten.
    traces: BTreeMap<(ShardId, Height), Vec<(BundleId, u8)>>,
}

impl Notes {
    /// Notes before the first block.
    pub(super) fn new(shards: u16) -> Self {
        let none = vec![Height(0); usize::from(shards)];
        Self { heights: none.clone(), clocks: none, bundles: BTreeMap::new(), traces: BTreeMap::new() }
    }

    /// Whether they are about a chain of so many shards.
    pub(super) fn is_for(&self, shards: u16) -> bool {
        self.heights.len() == usize::from(shards) && self.clocks.len() == usize::from(shards)
    }

    fn clock(&self, shard: ShardId) -> Height {
        self.clocks.get(usize::from(shard.0)).copied().unwrap_or_default()
    }
}

/// Notes, and what is due.
pub(super) struct Agenda {
    notes: Notes,
    due: BTreeSet<Errand>,
    /// Errands to try again: attempts so far, and the tick from which on.
    later: BTreeMap<Errand, (u32, u64)>,
    /// The beacon shard's height at the last tick, and since which tick.
    beacon_seen: (Height, u64),
}

impl Agenda {
    /// Goes on from notes. Everything in them is looked at once.
    pub(super) fn new(notes: Notes) -> Self {
        let shards = || (0_u16..).map(ShardId).take(notes.heights.len());
        let ways = shards().flat_map(|from| shards().map(move |to| Errand::Way(from, to)));
        let ways = ways.filter(|way| !matches!(way, Errand::Way(from, to) if from == to));
        let due = ways.chain(notes.bundles.keys().copied().map(Errand::Bundle)).collect();
        Self { notes, due, later: BTreeMap::new(), beacon_seen: (Height(0), 0) }
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
        let commands = block.block.transactions.iter().flat_map(|transaction| &transaction.commands);
        for (command, receipt) in commands.zip(&block.block.receipts) {
            let Receipt::Applied { events } = receipt else { continue };
            for event in events {
                if let Event::Atomic(event) = event {
                    self.learn(shard, &command.core.operation, event);
                }
            }
        }
    }

    fn learn(&mut self, shard: ShardId, operation: &Operation, event: &Crossed) {
        match *event {
            Crossed::Sent { destination, .. } => self.look(Errand::Way(shard, destination)),
            Crossed::Credited { source, .. } => self.look(Errand::Way(source, shard)),
            Crossed::Bounced { source, .. } => {
                self.look(Errand::Way(source, shard));
                self.look(Errand::Way(shard, source));
            }
            Crossed::BundleOpened { bundle: id } => {
                if let Operation::Atomic(atomic::Operation::OpenBundle { bundle }) = operation {
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
            Crossed::BeaconObserved { height } => self.advance_clock(shard, height),
            Crossed::OutboxAcknowledged { .. } | Crossed::LegReported { .. } | Crossed::LegForgotten { .. } => {}
        }
    }

    /// Legs that were not locked in time may be expired now, and old traces forgotten.
    fn advance_clock(&mut self, shard: ShardId, height: Height) {
        if let Some(clock) = self.notes.clocks.get_mut(usize::from(shard.0)) {
            *clock = height;
        }
        let ended = |pending: &Pending| pending.deadline <= height && pending.legs.contains(&shard);
        let ended = self.notes.bundles.iter().filter(|(_, pending)| ended(pending));
        self.due.extend(ended.map(|(id, _)| Errand::Bundle(*id)));
        if self.notes.traces.range((shard, Height(0))..=(shard, height)).next().is_some() {
            self.look(Errand::Traces(shard));
        }
    }

    /// News about an errand end its waiting.
    fn look(&mut self, errand: Errand) {
        self.later.remove(&errand);
        self.due.insert(errand);
    }

    /// What time alone makes due.
    pub(super) fn tick(&mut self, tick: u64) {
        for (errand, (_, at)) in &mut self.later {
            if *at <= tick {
                // Until its outcome says when to try again.
                *at = u64::MAX;
                self.due.insert(*errand);
            }
        }
        let beacon = self.height(BEACON_SHARD);
        if beacon != self.beacon_seen.0 {
            self.beacon_seen = (beacon, tick);
        }
        let waits = self.notes.bundles.values().any(|pending| !pending.is_decided);
        if waits && tick >= self.beacon_seen.1.saturating_add(IDLE_TICKS_MAX) {
            self.beacon_seen.1 = tick;
            self.due.insert(Errand::Clock(BEACON_SHARD));
        }
        for shard in (0_u16..).map(ShardId).take(self.notes.clocks.len()) {
            if self.needs_clock(shard, beacon) {
                self.due.insert(Errand::Clock(shard));
            }
        }
    }

    /// Whether a shard's clock lags too far, or hides that a deadline has come.
    fn needs_clock(&self, shard: ShardId, beacon: Height) -> bool {
        let clock = self.notes.clock(shard);
        let hides = |at: Height| clock < at && at <= beacon;
        let lags = beacon.0.saturating_sub(clock.0) >= CLOCK_LAG_MAX;
        lags || self.notes.bundles.values().any(|pending| hides(pending.deadline) && pending.legs.contains(&shard))
            || self
                .notes
                .traces
                .range((shard, clock.next())..=(shard, beacon.max(clock.next())))
                .any(|((_, at), _)| hides(*at))
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
                Some(pending) => Work::Bundle(id, pending.clone()),
                None => Work::Nothing,
            },
            Errand::Way(source, destination) => Work::Way { source, destination },
            Errand::Clock(shard) => Work::Clock(shard),
            Errand::Traces(shard) => {
                let old = self.notes.traces.range((shard, Height(0))..=(shard, self.notes.clock(shard)));
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
                let at = Height(pending.deadline.0.saturating_add(limit::LOCK_GRACE));
                for (shard, leg) in locked {
                    self.notes.traces.entry((shard, at)).or_default().push((id, leg));
                }
            }
            Outcome::Forgotten { shard, until } => {
                self.notes.traces.retain(|(at_shard, at), _| *at_shard != shard || *at > until);
            }
        }
    }
}

#[cfg(test)]
mod tests;
