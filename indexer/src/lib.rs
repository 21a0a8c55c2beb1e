//! The indexer: writes final blocks to schema `index` in Postgres, where they can be searched.
//!
//! Invariant: schema `index` is a pure function of the chain and the key vault. It is outside the trust boundary: it
//! may be dropped and rebuilt from block 1, and an answer is proved from the ledger, never from a row.
//!
//! - [`follow`] applies blocks, [`source`] defines their source, [`progress`] reports the indexed heights.
//! - [`rebuild`] starts over, or compares the tables with a fresh copy.
//! - [`mod@slice`] has the tables of each domain: how rows are written and how they are found.
//! - [`local_postgres`] runs a private server from the installed binaries; [`migrate`], [`mod@connection`],
//!   [`pool`] and [`tenant`] are the only ways to a database.

mod apply;
mod batch;
mod column;
pub mod connection;
pub mod follow;
mod insert;
pub mod local_postgres;
pub mod migrate;
mod open;
pub mod pool;
pub mod progress;
pub mod rebuild;
mod search;
pub mod slice;
pub mod source;
pub mod tenant;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use slice::*;
