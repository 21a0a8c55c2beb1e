//! Why the disk failed. Invariant: after a failed write the store is not written to again by this process.

use chain_types::{Height, codec::CodecError};

/// A failure of the disk or of what it holds.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// RocksDB failed.
    #[error("the store failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What RocksDB said.
        #[source]
        source: rocksdb::Error,
    },
    /// A stored value does not decode.
    #[error("the store holds a damaged {what}")]
    Damaged {
        /// What.
        what: &'static str,
        /// What the decoder said.
        #[source]
        source: CodecError,
    },
    /// A value that must exist does not.
    #[error("the store lacks the {what} of block {height}")]
    Missing {
        /// What.
        what: &'static str,
        /// Of which block.
        height: Height,
    },
    /// A state was to be taken over into a store that has blocks of its own.
    #[error("the store has blocks up to {height} and takes over no other state")]
    HasBlocks {
        /// Its last block.
        height: Height,
    },
}
