//! The range of blocks in a store's folder. Invariant: the folder is opened read-only, also while another process uses
//! it.

use crate::{
    Store, StoreError,
    column::{BLOCK, META},
};
use chain_types::Height;
use rocksdb::{DB, Options};
use std::{path::Path, sync::Arc};

/// The range of blocks that a store has with their bodies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// It is 1 unless the state comes from a snapshot or bodies were pruned.
    pub first: Height,
    pub last: Height,
}

impl Span {
    /// Reads the range of the store in a folder; `None` before the first block.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let db = DB::open_cf_for_read_only(&Options::default(), folder, [META, BLOCK], false)
            .map_err(|source| StoreError::Database { doing: "opening", source })?;
        let store = Store { db: Arc::new(db) };
        let (first, tip) = (store.first_block()?, store.tip()?);
        Ok(first.zip(tip).map(|(first, tip)| Self { first, last: tip.height }))
    }
}
