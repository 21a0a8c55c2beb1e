//! Stores the Merkle tree over all headers of the shard, for proofs that a header is in it [P7, blocks]. Invariant: the
//! store has every subtree root that a path from one of its own headers needs. Those are the roots over its headers,
//! and the peaks before its first one.

use crate::{
    Store, StoreError,
    column::{ANCESTOR, LEAF, subtree_key},
};
use chain_types::{
    BlockHeader, Digest, Height,
    ancestry::{Ancestry, Subtree, completed, siblings},
    codec::{self, CodecError},
    state::StateKey,
};
use rocksdb::WriteBatch;
use std::collections::BTreeMap;

/// The name of the tree in errors.
const WHAT: &str = "ancestry";

impl Store {
    /// The siblings of a header's path in the tree that the state holds after the block of height `after`, from the
    /// leaf up. `None` when the store has no header at height `of` or no block at height `after`.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn ancestor_path(&self, of: Height, after: Height) -> Result<Option<Vec<Digest>>, StoreError> {
        siblings(of.0, after.0, |subtree| self.subtree(subtree))
    }

    /// Adds the header of the next block to the tree. The first block also adds its parent, the genesis.
    pub(crate) fn add_ancestor(&self, header: &BlockHeader, out: &mut WriteBatch) -> Result<(), StoreError> {
        let mut added = BTreeMap::new();
        if header.height == Height(1) {
            self.add_leaf(Height(0), &header.parent, &mut added)?;
        }
        self.add_leaf(header.height, &header.digest(), &mut added)?;
        self.put_subtrees(added, out);
        Ok(())
    }

    /// Adds the header of the first block of this store, after the peaks that the snapshot's state holds.
    pub(crate) fn add_first_ancestor(&self, header: &BlockHeader, out: &mut WriteBatch) -> Result<(), StoreError> {
        let held = self.value(LEAF, &StateKey::Ancestry.path().0, WHAT)?;
        let ancestry: Ancestry = held.ok_or(StoreError::Missing { what: WHAT, height: header.height })?;
        if ancestry.count() != header.height.0 {
            return Err(StoreError::Damaged { what: WHAT, source: CodecError::NotCanonical { what: WHAT } });
        }
        let mut added: BTreeMap<_, _> = ancestry.peaks().collect();
        self.add_leaf(header.height, &header.digest(), &mut added)?;
        self.put_subtrees(added, out);
        Ok(())
    }

    fn add_leaf(
        &self,
        height: Height,
        digest: &Digest,
        added: &mut BTreeMap<Subtree, Digest>,
    ) -> Result<(), StoreError> {
        let known = |subtree: Subtree| match added.get(&subtree) {
            Some(root) => Ok(Some(*root)),
            None => self.subtree(subtree),
        };
        let next = completed(height.0, digest, known)?.ok_or(StoreError::Missing { what: WHAT, height })?;
        added.extend(next);
        Ok(())
    }

    fn put_subtrees(&self, subtrees: BTreeMap<Subtree, Digest>, out: &mut WriteBatch) {
        for (subtree, root) in subtrees {
            out.put_cf(self.column(ANCESTOR), subtree_key(subtree), root.0);
        }
    }

    fn subtree(&self, subtree: Subtree) -> Result<Option<Digest>, StoreError> {
        let Some(bytes) = self.bytes(ANCESTOR, &subtree_key(subtree))? else { return Ok(None) };
        let root = codec::decode_own(WHAT, &bytes);
        root.map(Some).map_err(|source| StoreError::Damaged { what: WHAT, source })
    }
}
