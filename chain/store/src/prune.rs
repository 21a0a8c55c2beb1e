//! Prunes the bodies of old blocks [P9, recovery]. Invariant: the header and certificate of every block are kept. One
//! batch removes a body and writes its header, so a crash leaves one or the other.

use crate::{
    Store, StoreError, body,
    column::{BLOCK, FIRST_KEY, HEADER, HELD, META, height_key, held_key},
};
use chain_types::{Height, atomic::CertifiedHeader, codec};
use rocksdb::WriteBatch;

impl Store {
    /// Drops the bodies of the blocks from `first`, the first that has one, up to but not including `until`. The write
    /// is not synced: bodies that a crash restores are dropped again.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or written, [`StoreError::Missing`] when a block is not there.
    pub fn prune(&self, first: Height, until: Height) -> Result<(), StoreError> {
        let mut out = WriteBatch::default();
        for height in (first.0..until.0).map(Height) {
            let key = height_key(height);
            let block = self.bytes(BLOCK, &key)?.ok_or(StoreError::Missing { what: "block", height })?;
            let (encoded_header, CertifiedHeader { header, .. }, is_held) = body::split_header(&block)?;
            out.put_cf(self.column(HEADER), key, encoded_header);
            out.delete_cf(self.column(BLOCK), key);
            if is_held {
                out.delete_cf(self.column(HELD), held_key(height, &header.digest()));
            }
        }
        out.put_cf(self.column(META), FIRST_KEY, codec::encode(&until));
        self.db.write(out).map_err(|source| StoreError::Database { doing: "pruning", source })
    }

    /// Frees the disk space of pruned bodies where that is cheap: whole files with nothing else in them. Compaction
    /// frees the rest. The deletions must be durable already, by a later synced write.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or written.
    pub fn reclaim(&self) -> Result<(), StoreError> {
        let Some(first) = self.first_block()? else { return Ok(()) };
        let last = Height(first.0.saturating_sub(1));
        for column in [BLOCK, HELD] {
            self.db
                .delete_file_in_range_cf(self.column(column), height_key(Height(0)), height_key(last))
                .map_err(|source| StoreError::Database { doing: "reclaiming the space of pruned blocks", source })?;
        }
        Ok(())
    }

    /// The header and certificate of a final block, whether or not its body was pruned.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn header(&self, height: Height) -> Result<Option<CertifiedHeader>, StoreError> {
        let key = height_key(height);
        if let Some(pruned) = self.value(HEADER, &key, "a header")? {
            return Ok(Some(pruned));
        }
        let Some(block) = self.bytes(BLOCK, &key)? else { return Ok(None) };
        Ok(Some(body::split_header(&block)?.1))
    }
}
