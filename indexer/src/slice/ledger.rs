//! The tables of the chain itself: cursors, blocks, transactions and convictions. Invariant: a cursor names the last
//! applied block of its shard by digest. All blocks up to the cursor are applied.

pub(crate) mod apply;
pub(crate) mod conviction;
pub(crate) mod query;

pub(crate) use apply::TABLES;
pub use conviction::{ConvictionRow, recent_convictions};
pub use query::{BlockRow, Cursor, TransactionRow, cursors, find_transaction, indexed_height, recent_blocks};
