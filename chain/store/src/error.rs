//! Failures of the store. Invariant: an error of a read or write names the action or the value. After a failed write
//! the outcome is unknown until the store is opened again.

use chain_types::{Height, codec::CodecError};

/// A failure of the disk or of RocksDB, or damaged data.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// RocksDB failed.
    #[error("the store failed while {doing}")]
    Database {
        /// The action that failed.
        doing: &'static str,
        /// The error of RocksDB.
        #[source]
        source: rocksdb::Error,
    },
    /// A stored value does not decode.
    #[error("the store holds a damaged {what}")]
    Damaged {
        /// The kind of value.
        what: &'static str,
        /// The error of the decoder.
        #[source]
        source: CodecError,
    },
    /// A value that must exist is missing.
    #[error("the store lacks the {what} of block {height}")]
    Missing {
        /// The kind of value.
        what: &'static str,
        /// Its block.
        height: Height,
    },
    /// The store has blocks already, so it cannot take over a snapshot.
    #[error("the store has blocks up to {height} and takes over no other state")]
    HasBlocks {
        /// Its last block.
        height: Height,
    },
}

impl StoreError {
    /// Whether a write failed because the disk, or the quota of its user, has no space. RocksDB keeps the system's
    /// error in its text. It refuses further writes until it finds space again, and then accepts them by itself.
    pub fn is_full(&self) -> bool {
        const TEXTS: [&str; 2] = ["No space left on device", "Disk quota exceeded"];
        match self {
            Self::Database { source, .. } => TEXTS.iter().any(|text| source.as_ref().contains(text)),
            Self::Damaged { .. } | Self::Missing { .. } | Self::HasBlocks { .. } => false,
        }
    }
}
