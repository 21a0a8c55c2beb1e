//! Reads blocks and state. Invariant: reading changes nothing in the store. A value that does not decode is an error.

use crate::{
    Store, StoreError, body,
    column::{
        BLOCK, DELTA, FIRST_KEY, HAND_OVER, HELD, LEAF, META, META_KEY, NODE, SEEN, bucket_start, epoch_key, height_key,
    },
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_state::{Kind, LeafReader, Node, ReadFailure, StoredLeaf, bucket_of};
use chain_types::{
    BlockHeader, Digest, Epoch, FinalBlock, Height, TimestampMs, Transaction, TxId, beacon::HandOverProof, codec,
};
use rocksdb::{DBRawIterator, Direction, IteratorMode};

/// The tip of the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Tip {
    /// The height of the last block.
    pub height: Height,
    /// The number of transactions since genesis.
    pub transactions: u64,
    /// The number of records since genesis.
    pub records: u64,
    /// The height of the state on disk.
    pub flushed: Height,
}

/// A block's height and time, and its transactions with their expiries.
pub type SeenBlock = (Height, TimestampMs, Vec<(TxId, TimestampMs)>);

/// A block and its encoded write-set, if that is still stored.
pub type WithWriteSet = (FinalBlock, Option<Vec<u8>>);

impl Store {
    /// The tip of the store; `None` before the first block.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn tip(&self) -> Result<Option<Tip>, StoreError> {
        self.value(META, META_KEY, "the tip")
    }

    /// A final block.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn block(&self, height: Height) -> Result<Option<FinalBlock>, StoreError> {
        let Some(encoded) = self.bytes(BLOCK, &height_key(height))? else { return Ok(None) };
        Ok(Some(self.decode_block(&encoded)?.0))
    }

    /// The height of the first block with its body; `None` when there is none. It is 1 unless the state comes from a
    /// snapshot or bodies were pruned.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn first_block(&self) -> Result<Option<Height>, StoreError> {
        // Pruned bodies leave tombstones, which would make a search for the first key slow.
        if let Some(first) = self.value(META, FIRST_KEY, "the first block's height")? {
            return Ok(Some(first));
        }
        let mut entries = self.db.iterator_cf(self.column(BLOCK), IteratorMode::Start);
        let first = entries.next().transpose();
        let first = first.map_err(|source| StoreError::Database { doing: "reading the first block", source })?;
        Ok(first.map(|(key, _)| Height(key.as_ref().try_into().map(u64::from_be_bytes).unwrap_or_default())))
    }

    /// Consecutive final blocks from a height on: at most `count`, and at most `bytes` unless the first alone has more.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn blocks(&self, from: Height, count: usize, bytes: usize) -> Result<Vec<FinalBlock>, StoreError> {
        let (mut blocks, mut read) = (Vec::new(), 0);
        while blocks.len() < count {
            let height = Height(from.0 + blocks.len() as u64);
            let Some(encoded) = self.bytes(BLOCK, &height_key(height))? else { break };
            let (block, length) = self.decode_block(&encoded)?;
            read += length;
            if read > bytes && !blocks.is_empty() {
                break;
            }
            blocks.push(block);
        }
        Ok(blocks)
    }

    /// As [`Self::blocks`], with the blocks' write-sets where they are still stored. Write-sets count as bytes too. A
    /// first block that exceeds `bytes` only with its write-set comes without it.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn blocks_with_write_sets(
        &self,
        from: Height,
        count: usize,
        bytes: usize,
    ) -> Result<Vec<WithWriteSet>, StoreError> {
        let (mut blocks, mut read) = (Vec::new(), 0);
        while blocks.len() < count {
            let key = height_key(Height(from.0 + blocks.len() as u64));
            let Some(encoded) = self.bytes(BLOCK, &key)? else { break };
            let write_set = self.bytes(DELTA, &key)?;
            let (block, length) = self.decode_block(&encoded)?;
            let whole = length + write_set.as_ref().map_or(0, Vec::len);
            read += whole;
            if read > bytes && !blocks.is_empty() {
                break;
            }
            blocks.push((block, write_set.filter(|_| whole <= bytes)));
        }
        Ok(blocks)
    }

    /// The proof of the hand-over that began an epoch; `None` for the first, and for one that has not begun.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn hand_over(&self, epoch: Epoch) -> Result<Option<HandOverProof>, StoreError> {
        self.value(HAND_OVER, &epoch_key(epoch), "a hand-over")
    }

    /// The proof of the hand-over that began the newest epoch; `None` in the first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn last_hand_over(&self) -> Result<Option<HandOverProof>, StoreError> {
        let last = self.db.iterator_cf(self.column(HAND_OVER), IteratorMode::End).next().transpose();
        let last = last.map_err(|source| StoreError::Database { doing: "reading the last hand-over", source })?;
        let proof = last.map(|(_, value)| codec::decode_own("a hand-over", &value)).transpose();
        proof.map_err(|source| StoreError::Damaged { what: "hand-over", source })
    }

    /// The held blocks from a height on. The caller passes a height above the last final one.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn held(&self, height: Height) -> Result<Vec<(BlockHeader, Vec<Transaction>)>, StoreError> {
        let from = height_key(height);
        let entries = self.db.iterator_cf(self.column(HELD), IteratorMode::From(&from, Direction::Forward));
        let mut held = Vec::new();
        for entry in entries {
            let (_, value) = entry.map_err(|source| StoreError::Database { doing: "reading held blocks", source })?;
            let block = codec::decode_own("a held block", &value);
            held.push(block.map_err(|source| StoreError::Damaged { what: "held block", source })?);
        }
        Ok(held)
    }

    /// The write-sets of the blocks after the last flush, in order.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when one is not there.
    pub fn deltas(&self, tip: &Tip) -> Result<Vec<Vec<u8>>, StoreError> {
        let heights = tip.flushed.0 + 1..=tip.height.0;
        heights
            .map(|height| {
                let height = Height(height);
                self.bytes(DELTA, &height_key(height))?.ok_or(StoreError::Missing { what: "write-set", height })
            })
            .collect()
    }

    /// The transactions in the seen-set of all blocks, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn seen(&self) -> Result<Vec<SeenBlock>, StoreError> {
        let entries = self.db.iterator_cf(self.column(SEEN), IteratorMode::Start);
        entries
            .map(|entry| {
                let (key, value) = entry.map_err(|source| StoreError::Database { doing: "reading ids", source })?;
                let height = key.as_ref().try_into().map(u64::from_be_bytes).unwrap_or_default();
                let (time, ids) = decode_seen(&value)?;
                Ok((Height(height), time, ids))
            })
            .collect()
    }

    /// The nodes of all buckets that have ever held a leaf, ascending.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn nodes(&self) -> Result<Vec<(u32, Node)>, StoreError> {
        let entries = self.db.iterator_cf(self.column(NODE), IteratorMode::Start);
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

    fn decode_block(&self, bytes: &[u8]) -> Result<(FinalBlock, usize), StoreError> {
        body::decode(bytes, |key| self.bytes(HELD, key))
    }

    pub(crate) fn bytes(&self, column: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.db.get_cf(self.column(column), key).map_err(|source| StoreError::Database { doing: "reading", source })
    }

    pub(crate) fn value<T: BorshDeserialize>(
        &self,
        column: &'static str,
        key: &[u8],
        what: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let bytes = self.bytes(column, key)?;
        bytes
            .map(|bytes| codec::decode_own(what, &bytes).map_err(|source| StoreError::Damaged { what, source }))
            .transpose()
    }
}

/// Decodes a block's time, and its transactions with their expiries.
pub(crate) fn decode_seen(value: &[u8]) -> Result<(TimestampMs, Vec<(TxId, TimestampMs)>), StoreError> {
    codec::decode_own("a list of transactions", value)
        .map_err(|source| StoreError::Damaged { what: "list of transactions", source })
}

pub(crate) fn decode_node(key: &[u8], value: &[u8]) -> Option<(u32, Node)> {
    let bucket = u32::from_be_bytes(key.try_into().ok()?);
    let (kind, hash) = value.split_first()?;
    Some((bucket, Node { kind: Kind::from_byte(*kind)?, hash: Digest(hash.try_into().ok()?) }))
}

impl LeafReader for Store {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let mut buckets = self.scan(&[bucket])?;
        Ok(buckets.pop().unwrap_or_default())
    }

    /// One iterator serves all buckets, because opening one costs more than moving it.
    fn scan(&self, buckets: &[u32]) -> Result<Vec<Vec<StoredLeaf>>, ReadFailure> {
        let mut entries = self.db.raw_iterator_cf(self.column(LEAF));
        buckets.iter().map(|bucket| read_bucket(&mut entries, *bucket)).collect()
    }
}

pub(crate) fn read_bucket(entries: &mut DBRawIterator<'_>, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
    let failure = |source| ReadFailure { bucket, source };
    let mut leaves = Vec::new();
    entries.seek(bucket_start(bucket).0);
    while let Some((key, value)) = entries.item() {
        let path = Digest(key.try_into().map_err(|source| failure(Box::new(source)))?);
        if bucket_of(&path) != bucket {
            break;
        }
        leaves.push(StoredLeaf { path, value: value.into() });
        entries.next();
    }
    entries.status().map_err(|source| failure(Box::new(source)))?;
    Ok(leaves)
}
