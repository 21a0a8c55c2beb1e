//! A RocksDB snapshot of the state at the last flush, for peers that copy it [P9, recovery]. Invariant: a frozen view
//! does not change while blocks are written. Its leaves, nodes and block are those of the last flush.

use crate::{
    SeenBlock, Store, StoreError, Tip, body,
    column::{BLOCK, FLUSH_KEY, HAND_OVER, HELD, LEAF, META, NODE, SEEN, epoch_key, height_key},
    read::{decode_node, decode_seen, read_bucket},
};
use chain_state::{LeafReader, Node, ReadFailure, StoredLeaf};
use chain_types::{Epoch, FinalBlock, Height, beacon::HandOverProof, codec};
use rocksdb::{Direction, IteratorMode, Snapshot};

/// A consistent view of the state at the last flush, with its block, hand-overs and transactions.
pub struct Frozen<'s> {
    store: &'s Store,
    snapshot: Snapshot<'s>,
    flush: Tip,
}

impl Store {
    /// The store's tip at the last flush; `None` before the first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn flush(&self) -> Result<Option<Tip>, StoreError> {
        self.value(META, FLUSH_KEY, "the last flush")
    }

    /// A view of the state at the last flush, which later writes do not change; `None` before the first flush.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn freeze(&self) -> Result<Option<Frozen<'_>>, StoreError> {
        let snapshot = self.db.snapshot();
        let flush = snapshot.get_cf(self.column(META), FLUSH_KEY);
        let flush = flush.map_err(|source| StoreError::Database { doing: "reading the last flush", source })?;
        let Some(flush) = flush else { return Ok(None) };
        let flush = codec::decode_own("the last flush", &flush)
            .map_err(|source| StoreError::Damaged { what: "last flush", source })?;
        Ok(Some(Frozen { store: self, snapshot, flush }))
    }
}

impl Frozen<'_> {
    /// The store's tip at the flush.
    pub const fn flush(&self) -> &Tip {
        &self.flush
    }

    /// The block whose state this is.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read or is not there.
    pub fn block(&self) -> Result<FinalBlock, StoreError> {
        let height = self.flush.height;
        let bytes = |column, key: &[u8]| {
            let bytes = self.snapshot.get_cf(self.store.column(column), key);
            bytes.map_err(|source| StoreError::Database { doing: "reading", source })
        };
        let block = bytes(BLOCK, &height_key(height))?.ok_or(StoreError::Missing { what: "block", height })?;
        Ok(body::decode(&block, |key| bytes(HELD, key))?.0)
    }

    /// The proofs of the hand-overs to the epochs after `after` up to `until`, oldest first: at most `count_max`, and
    /// at most `bytes_max` bytes unless the first alone has more.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn hand_overs(
        &self,
        after: Epoch,
        until: Epoch,
        count_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<HandOverProof>, StoreError> {
        let (mut proofs, mut bytes) = (Vec::new(), 0);
        let from = epoch_key(Epoch(after.0.saturating_add(1)));
        let mode = IteratorMode::From(&from, Direction::Forward);
        for entry in self.snapshot.iterator_cf(self.store.column(HAND_OVER), mode).take(count_max) {
            let (_, value) = entry.map_err(|source| StoreError::Database { doing: "reading hand-overs", source })?;
            let proof: HandOverProof = codec::decode_own("a hand-over", &value)
                .map_err(|source| StoreError::Damaged { what: "hand-over", source })?;
            bytes += value.len();
            if proof.hand_over.epoch() > until || (bytes > bytes_max && !proofs.is_empty()) {
                break;
            }
            proofs.push(proof);
        }
        Ok(proofs)
    }

    /// The nodes of all buckets that have ever held a leaf, ascending.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn nodes(&self) -> Result<Vec<(u32, Node)>, StoreError> {
        let entries = self.snapshot.iterator_cf(self.store.column(NODE), IteratorMode::Start);
        entries
            .map(|entry| {
                let (key, value) = entry.map_err(|source| StoreError::Database { doing: "reading nodes", source })?;
                decode_node(&key, &value).ok_or(StoreError::Damaged {
                    what: "node",
                    source: codec::CodecError::NotCanonical { what: "a node" },
                })
            })
            .collect()
    }

    /// The transactions in the seen-set of the blocks after a height, up to the state's own height, oldest first: at
    /// most `bytes_max` bytes unless the first block alone has more. The second value is the last height that was read.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn seen(&self, after: Height, bytes_max: usize) -> Result<(Vec<SeenBlock>, Height), StoreError> {
        let (mut blocks, mut bytes) = (Vec::new(), 0);
        let from = height_key(after.next());
        let mode = IteratorMode::From(&from, Direction::Forward);
        for entry in self.snapshot.iterator_cf(self.store.column(SEEN), mode) {
            let (key, value) = entry.map_err(|source| StoreError::Database { doing: "reading ids", source })?;
            let height = Height(key.as_ref().try_into().map(u64::from_be_bytes).unwrap_or_default());
            if height > self.flush.height {
                break;
            }
            bytes += value.len();
            if bytes > bytes_max
                && let Some((last, _, _)) = blocks.last()
            {
                let last = *last;
                return Ok((blocks, last));
            }
            let (time, ids) = decode_seen(&value)?;
            blocks.push((height, time, ids));
        }
        Ok((blocks, self.flush.height))
    }
}

impl LeafReader for Frozen<'_> {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let mut buckets = self.scan(&[bucket])?;
        Ok(buckets.pop().unwrap_or_default())
    }

    fn scan(&self, buckets: &[u32]) -> Result<Vec<Vec<StoredLeaf>>, ReadFailure> {
        let mut entries = self.snapshot.raw_iterator_cf(self.store.column(LEAF));
        buckets.iter().map(|bucket| read_bucket(&mut entries, *bucket)).collect()
    }
}
