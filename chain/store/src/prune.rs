//! Dropping the bodies of old blocks [P9]. Invariant: header and certificate of every block stay, and so do the proofs of the
//! hand-overs; a body goes in the batch that writes what stays of it, so a crash leaves the one or the other.

use crate::{
    Store, StoreError,
    column::{BLOCK, FIRST_KEY, HEADER, META, height_key},
};
use borsh::BorshDeserialize as _;
use chain_types::{
    Height,
    atomic::CertifiedHeader,
    codec::{self, CodecError},
};
use rocksdb::WriteBatch;

impl Store {
    /// Drops the bodies of the blocks from the first that has one up to another, which is the first that keeps it. It need not
    /// be durable: what a crash brings back is dropped again.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or written, [`StoreError::Missing`] when a block is not there.
    pub fn prune(&self, first: Height, until: Height) -> Result<(), StoreError> {
        let mut out = WriteBatch::default();
        for height in (first.0..until.0).map(Height) {
            let key = height_key(height);
            let block = self.bytes(BLOCK, &key)?.ok_or(StoreError::Missing { what: "block", height })?;
            out.put_cf(self.column(HEADER), key, beginning(&block)?);
            out.delete_cf(self.column(BLOCK), key);
        }
        out.put_cf(self.column(META), FIRST_KEY, codec::encode(&until));
        self.db.write(out).map_err(|source| StoreError::Database { doing: "pruning", source })
    }

    /// Gives the disk space of dropped bodies back where that costs nothing: whole files of nothing else. The rest comes back
    /// as RocksDB tidies up. What was dropped must be durable, by a later synced write.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or written.
    pub fn reclaim(&self) -> Result<(), StoreError> {
        let Some(first) = self.first_block()? else { return Ok(()) };
        let last = Height(first.0.saturating_sub(1));
        self.db
            .delete_file_in_range_cf(self.column(BLOCK), height_key(Height(0)), height_key(last))
            .map_err(|source| StoreError::Database { doing: "reclaiming the space of pruned blocks", source })
    }

    /// The header of a final block with its certificate, whether the block has its body still or not.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn header(&self, height: Height) -> Result<Option<CertifiedHeader>, StoreError> {
        let key = height_key(height);
        if let Some(kept) = self.value(HEADER, &key, "a header")? {
            return Ok(Some(kept));
        }
        let Some(block) = self.bytes(BLOCK, &key)? else { return Ok(None) };
        let header = codec::decode_own("a header", beginning(&block)?);
        header.map(Some).map_err(|source| StoreError::Damaged { what: "header", source })
    }
}

/// Header and certificate: what an encoded block begins with.
fn beginning(block: &[u8]) -> Result<&[u8], StoreError> {
    let mut rest = block;
    let header = CertifiedHeader::deserialize(&mut rest);
    let malformed = |error: std::io::Error| CodecError::Malformed { what: "a block", detail: error.to_string() };
    header.map_err(|error| StoreError::Damaged { what: "block", source: malformed(error) })?;
    Ok(block.get(..block.len() - rest.len()).unwrap_or_default())
}
