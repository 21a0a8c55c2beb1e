//! Checks the remembered transactions of a snapshot against the snapshot's state [P3, transactions]. Invariant: a
//! complete list holds every transaction that may still be valid. Its order is the one that the state commits to.
//!
//! The heights and times of the blocks in the list are unproved claims of the peer. The height only tells a client
//! where a repeated transaction is. The time determines how long the disk remembers a block. So the time must not be
//! earlier than the transactions' expiries allow.

use crate::SeenBlock;
use chain_ledger::seen::{SEEN_BUCKETS, SlotHead, by_bucket, slots_at};
use chain_state::Write;
use chain_types::{
    BlockHeader, Digest, Height, TimestampMs, codec, limit, mutant,
    state::{SeenKey, TypedKey},
};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// The buckets that the state commits to, and those that arrived.
pub(super) struct SeenCheck {
    /// The expiry slots that may still hold valid transactions.
    slots: RangeInclusive<u64>,
    /// The buckets by their path in the state.
    paths: BTreeMap<Digest, SeenKey>,
    /// The heads of the buckets in the state.
    committed: BTreeMap<SeenKey, SlotHead>,
    /// The heads of the buckets, computed from the transactions that arrived.
    arrived: BTreeMap<SeenKey, SlotHead>,
    /// The last block that arrived.
    last: (Height, TimestampMs),
    /// The block of the snapshot.
    end: (Height, TimestampMs),
}

impl SeenCheck {
    pub(super) fn of(header: &BlockHeader) -> Self {
        let slots = slots_at(header.timestamp_ms);
        let keys = slots.clone().flat_map(|slot| (0..SEEN_BUCKETS).map(move |bucket| SeenKey { slot, bucket }));
        Self {
            paths: keys.map(|key| (key.path(), key)).collect(),
            slots,
            committed: BTreeMap::new(),
            arrived: BTreeMap::new(),
            last: (Height(0), TimestampMs(0)),
            end: (header.height, header.timestamp_ms),
        }
    }

    /// Records the bucket heads in a checked part of the state.
    pub(super) fn note(&mut self, leaves: &[Write]) {
        for leaf in leaves {
            let Some(key) = self.paths.get(&leaf.path) else { continue };
            let value = leaf.value.as_deref().unwrap_or_default();
            let head = codec::decode_own("a slot", value).expect("the certified state holds a valid slot");
            self.committed.insert(*key, head);
        }
    }

    /// The last height that arrived.
    pub(super) const fn last(&self) -> Height {
        self.last.0
    }

    /// Takes the blocks up to the height `last`. Returns whether they can match the state.
    pub(super) fn take(&mut self, blocks: &[SeenBlock], last: Height) -> bool {
        let is_progress = last > self.last.0 && last <= self.end.0 && (!blocks.is_empty() || last == self.end.0);
        if !is_progress || !blocks.iter().all(|block| self.take_block(block)) || self.last.0 > last {
            return false;
        }
        self.last.0 = last;
        true
    }

    fn take_block(&mut self, (height, time, ids): &SeenBlock) -> bool {
        if *height <= self.last.0 || *time < self.last.1 || *time > self.end.1 || ids.is_empty() {
            return false;
        }
        let latest = time.0.saturating_add(limit::VALIDITY_MS_MAX);
        // A deliberately broken variant; the simulator must detect it.
        if ids.iter().any(|(_, valid_until)| valid_until.0 > latest) && !mutant::is(mutant::TRUST_SEEN_TIMES) {
            return false;
        }
        self.last = (*height, *time);
        by_bucket(ids).into_iter().all(|(key, ids)| {
            let head = self.arrived.entry(key).or_default();
            *head = head.with(&ids);
            // A list that is longer than the state's is rejected at once, before it fills the disk.
            let most = self.committed.get(&key).map_or(0, |head| head.count);
            mutant::is(mutant::TRUST_SEEN) || (self.slots.contains(&key.slot) && head.count <= most)
        })
    }

    /// Whether everything arrived and matches the state.
    pub(super) fn is_whole(&self) -> bool {
        self.last.0 == self.end.0 && (self.arrived == self.committed || mutant::is(mutant::TRUST_SEEN))
    }
}
