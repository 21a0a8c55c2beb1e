//! The database of one shard; the only crate that uses RocksDB. Invariant: a block and everything that belongs to it
//! are one synced write batch. After any crash the disk therefore holds whole blocks up to some height.

mod ancestor;
mod body;
mod checkpoint;
mod column;
mod error;
mod frozen;
mod open;
mod prune;
mod read;
mod span;
mod takeover;
mod write;

pub use error::StoreError;
pub use frozen::Frozen;
pub use open::Store;
pub use read::{SeenBlock, Tip, WithWriteSet};
pub use span::Span;
pub use write::BlockBatch;
