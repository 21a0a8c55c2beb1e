//! The seen-set [P3, transactions]: all transactions of the shard that have not expired. Invariant: the state commits
//! to each bucket of each minute by count and digest chain. A set from an untrusted peer can therefore be checked.

use crate::overlay::Overlay;
use chain_state::ReadFailure;
use chain_types::{
    Height, TimestampMs, TxId, limit,
    state::{SeenKey, TypedKey},
};
use foldhash::fast::RandomState;
use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

pub use chain_types::seen::{SEEN_BUCKETS, SLOT_MS, SlotHead, slot_of};

/// The first moment of the slot that contains a block's time. That block removes everything that expired earlier.
pub const fn slot_start(time: TimestampMs) -> TimestampMs {
    // Division rounds down, so the product is at most `time` and never wraps.
    TimestampMs(slot_of(time).wrapping_mul(SLOT_MS))
}

/// The slots that the state may hold after a block of this time: expiries are after the block, by at most
/// [`limit::VALIDITY_MS_MAX`].
pub const fn slots_at(time: TimestampMs) -> RangeInclusive<u64> {
    let last = match time.0.checked_add(limit::VALIDITY_MS_MAX) {
        Some(last) => last,
        // The sum overflows, so the last slot is that of the latest possible expiry.
        None => u64::MAX,
    };
    slot_of(time)..=slot_of(TimestampMs(last))
}

/// Groups a block's transactions by bucket, in block order within each.
pub fn by_bucket(seen: &[(TxId, TimestampMs)]) -> BTreeMap<SeenKey, Vec<TxId>> {
    let mut buckets: BTreeMap<SeenKey, Vec<TxId>> = BTreeMap::new();
    for (id, valid_until) in seen {
        buckets.entry(SeenKey::of(id, *valid_until)).or_default().push(*id);
    }
    buckets
}

/// The unexpired transactions of a shard and the heights of their blocks.
#[derive(Default)]
pub struct SeenSet {
    heights: HashMap<TxId, Height, RandomState>,
    buckets: BTreeMap<SeenKey, Vec<TxId>>,
}

impl SeenSet {
    /// The height of the block that holds a transaction; `None` when it was not seen or has expired.
    pub fn height(&self, id: &TxId) -> Option<Height> {
        self.heights.get(id).copied()
    }

    /// The number of transactions in the set.
    pub fn len(&self) -> usize {
        self.heights.len()
    }

    pub fn is_empty(&self) -> bool {
        self.heights.is_empty()
    }

    /// Adds the transactions of a final block and removes the slots that ended before its time.
    pub fn extend(&mut self, height: Height, time: TimestampMs, seen: &[(TxId, TimestampMs)]) {
        for (id, valid_until) in seen {
            self.heights.insert(*id, height);
            self.buckets.entry(SeenKey::of(id, *valid_until)).or_default().push(*id);
        }
        for key in self.ended(time) {
            for id in self.buckets.remove(&key).unwrap_or_default() {
                self.heights.remove(&id);
            }
        }
    }

    /// A bucket's transactions in order, grouped by block. Its [`SlotHead`] is a digest of these groups.
    pub fn by_block(&self, key: SeenKey) -> Vec<Vec<TxId>> {
        let ids = self.buckets.get(&key).map(Vec::as_slice).unwrap_or_default();
        ids.chunk_by(|left, right| self.height(left) == self.height(right)).map(<[TxId]>::to_vec).collect()
    }

    fn ended(&self, time: TimestampMs) -> Vec<SeenKey> {
        let present = SeenKey { slot: slot_of(time), bucket: 0 };
        self.buckets.range(..present).map(|(key, _)| *key).collect()
    }

    /// Writes a block's changes to the buckets in the state: one write per bucket that it adds to or that has ended.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub(crate) fn commit(
        &self,
        time: TimestampMs,
        seen: &[(TxId, TimestampMs)],
        overlay: &mut Overlay<'_>,
    ) -> Result<(), ReadFailure> {
        let added: Vec<_> = by_bucket(seen).into_iter().map(|(key, ids)| (key.slot(), ids)).collect();
        overlay.warm(added.iter().map(|(slot, _)| slot.path()))?;
        for (slot, ids) in added {
            let head = overlay.read(&slot)?.unwrap_or_default();
            overlay.write(&slot, &head.with(&ids));
        }
        for key in self.ended(time) {
            overlay.remove(&key.slot());
        }
        Ok(())
    }
}
