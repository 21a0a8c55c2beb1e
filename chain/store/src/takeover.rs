//! Takes over a state from peers [P9, recovery]. Invariant: data in a store without a tip does not count. One synced
//! batch writes the tip, so a takeover is complete or has no effect.

use crate::{
    SeenBlock, Store, StoreError, Tip, body,
    column::{BLOCK, FLUSH_KEY, HAND_OVER, LEAF, META, META_KEY, NODE, SEEN, height_key},
};
use chain_state::Flush;
use chain_types::{FinalBlock, beacon::HandOverProof, codec};
use rocksdb::WriteBatch;

/// A key above every key of the columns that a takeover fills.
const ABOVE_ALL_KEYS: [u8; 33] = [0xff; 33];

impl Store {
    /// Writes a part of a peer's state into a store without a tip. The write is not synced.
    ///
    /// # Errors
    /// [`StoreError::HasBlocks`] when the store has a tip, [`StoreError::Database`].
    pub fn take_over_leaves(&self, part: &Flush) -> Result<(), StoreError> {
        self.refuse_when_begun()?;
        let mut out = WriteBatch::default();
        self.add_flush(part, &mut out);
        self.put(out)
    }

    /// Writes the seen transactions of a peer's blocks into a store without a tip. The write is not synced.
    ///
    /// # Errors
    /// [`StoreError::HasBlocks`] when the store has a tip, [`StoreError::Database`].
    pub fn take_over_seen(&self, blocks: &[SeenBlock]) -> Result<(), StoreError> {
        self.refuse_when_begun()?;
        let mut out = WriteBatch::default();
        for (height, time, ids) in blocks {
            out.put_cf(self.column(SEEN), height_key(*height), codec::encode(&(time, ids)));
        }
        self.put(out)
    }

    /// Writes a peer's hand-overs into a store without a tip. The write is not synced.
    ///
    /// # Errors
    /// [`StoreError::HasBlocks`] when the store has a tip, [`StoreError::Database`].
    pub fn take_over_hand_overs(&self, proofs: &[HandOverProof]) -> Result<(), StoreError> {
        self.refuse_when_begun()?;
        let mut out = WriteBatch::default();
        for proof in proofs {
            self.add_hand_over(proof, &mut out);
        }
        self.put(out)
    }

    /// Completes the takeover durably: writes the final block that the state belongs to, and the tip.
    ///
    /// # Errors
    /// [`StoreError::HasBlocks`] when the store has a tip; [`StoreError::Missing`] or [`StoreError::Damaged`] when the
    /// state does not hold the headers before the block; [`StoreError::Database`], after which the outcome is unknown
    /// until the store is opened again.
    pub fn complete_takeover(&self, tip: &Tip, block: &FinalBlock) -> Result<(), StoreError> {
        self.refuse_when_begun()?;
        let mut out = WriteBatch::default();
        out.put_cf(self.column(BLOCK), height_key(tip.height), body::encode(block, false));
        self.add_first_ancestor(&block.header, &mut out)?;
        if let Some(proof) = HandOverProof::held_by(block) {
            self.add_hand_over(&proof, &mut out);
        }
        let tip = codec::encode(&Tip { flushed: tip.height, ..*tip });
        out.put_cf(self.column(META), META_KEY, &tip);
        out.put_cf(self.column(META), FLUSH_KEY, &tip);
        self.sync(out, "completing a takeover")
    }

    /// Removes the data of an unfinished takeover.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or written.
    pub fn clear_unfinished(&self) -> Result<(), StoreError> {
        if self.tip()?.is_some() {
            return Ok(());
        }
        let mut out = WriteBatch::default();
        for name in [HAND_OVER, LEAF, NODE, SEEN] {
            let mut entries = self.db.raw_iterator_cf(self.column(name));
            entries.seek_to_first();
            if entries.valid() {
                out.delete_range_cf(self.column(name), &[][..], &ABOVE_ALL_KEYS[..]);
            }
        }
        if out.is_empty() { Ok(()) } else { self.put(out) }
    }

    fn refuse_when_begun(&self) -> Result<(), StoreError> {
        match self.tip()? {
            Some(tip) => Err(StoreError::HasBlocks { height: tip.height }),
            None => Ok(()),
        }
    }

    fn put(&self, out: WriteBatch) -> Result<(), StoreError> {
        self.db.write(out).map_err(|source| StoreError::Database { doing: "taking over a state", source })
    }
}
