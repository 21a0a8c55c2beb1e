//! The seen-set [P3]: every transaction that is on the chain and not yet expired. Invariant: the state commits to each
//! minute's set by count and digest chain, so a set handed over by a stranger can be checked.

use crate::overlay::Overlay;
use borsh::{BorshDeserialize, BorshSerialize};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Digest, Height, TimestampMs, TxId,
    digest::{Hasher, Tag},
    limit,
    state::StateKey,
};
use foldhash::fast::RandomState;
use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

/// The length of a slot in milliseconds.
pub const SLOT_MS: u64 = 60_000;

/// The slot of an expiry.
pub const fn slot_of(valid_until: TimestampMs) -> u64 {
    valid_until.0 / SLOT_MS
}

/// The first moment of the slot that a block's time lies in: what expired earlier is forgotten with that block.
pub const fn slot_start(time: TimestampMs) -> TimestampMs {
    TimestampMs(time.0.saturating_sub(time.0 % SLOT_MS))
}

/// The slots that the state may hold after a block of this time: expiries lie ahead of block time, and not too far.
pub const fn slots_at(time: TimestampMs) -> RangeInclusive<u64> {
    slot_of(time)..=slot_of(TimestampMs(time.0.saturating_add(limit::VALIDITY_MS_MAX)))
}

/// What the state holds of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct SlotHead {
    /// How many transactions.
    pub count: u64,
    /// For each block with transactions of the slot: `digest = H(digest, ids...)`.
    pub digest: Digest,
}

impl SlotHead {
    /// The head after another block with these transactions of the slot, in block order.
    #[must_use]
    pub fn with(&self, ids: &[TxId]) -> Self {
        let mut hasher = Hasher::new(Tag::SEEN);
        hasher.update(&self.digest.0);
        for id in ids {
            hasher.update(&id.0.0);
        }
        let count = self.count.saturating_add(u64::try_from(ids.len()).unwrap_or(u64::MAX));
        Self { count, digest: hasher.finish() }
    }
}

/// The unexpired transactions of a shard and where they are.
#[derive(Default)]
pub struct SeenSet {
    heights: HashMap<TxId, Height, RandomState>,
    slots: BTreeMap<u64, Vec<TxId>>,
}

impl SeenSet {
    /// The height of the block that holds a transaction.
    pub fn height(&self, id: &TxId) -> Option<Height> {
        self.heights.get(id).copied()
    }

    /// How many transactions it holds.
    pub fn len(&self) -> usize {
        self.heights.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.heights.is_empty()
    }

    /// Adds the transactions of a final block and forgets the slots that ended before its time.
    pub fn extend(&mut self, height: Height, time: TimestampMs, seen: &[(TxId, TimestampMs)]) {
        for (id, valid_until) in seen {
            self.heights.insert(*id, height);
            self.slots.entry(slot_of(*valid_until)).or_default().push(*id);
        }
        for slot in self.ended(time) {
            for id in self.slots.remove(&slot).unwrap_or_default() {
                self.heights.remove(&id);
            }
        }
    }

    /// The transactions of a slot, those of each block by themselves, in order: what its [`SlotHead`] is the digest of.
    pub fn by_block(&self, slot: u64) -> Vec<Vec<TxId>> {
        let ids = self.slots.get(&slot).map(Vec::as_slice).unwrap_or_default();
        ids.chunk_by(|left, right| self.height(left) == self.height(right)).map(<[TxId]>::to_vec).collect()
    }

    fn ended(&self, time: TimestampMs) -> Vec<u64> {
        self.slots.range(..slot_of(time)).map(|(slot, _)| *slot).collect()
    }

    /// Writes what a block adds to, and drops from, the state's slots.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub(crate) fn commit<R: LeafReader>(
        &self,
        time: TimestampMs,
        seen: &[(TxId, TimestampMs)],
        overlay: &mut Overlay<'_, R>,
    ) -> Result<(), ReadFailure> {
        let mut by_slot: BTreeMap<u64, Vec<TxId>> = BTreeMap::new();
        for (id, valid_until) in seen {
            by_slot.entry(slot_of(*valid_until)).or_default().push(*id);
        }
        for (slot, ids) in by_slot {
            let head: SlotHead = overlay.read(&StateKey::Seen(slot).path())?.unwrap_or_default();
            overlay.write(&StateKey::Seen(slot).path(), &head.with(&ids));
        }
        for slot in self.ended(time) {
            overlay.remove(&StateKey::Seen(slot).path());
        }
        Ok(())
    }
}
