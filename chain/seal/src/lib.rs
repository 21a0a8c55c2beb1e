//! Sealed bodies [P5]: encrypts a document under a key of its own, commits to its fields one by one, and opens it
//! again. Invariant: everything here is a function of the document's bytes and 32 bytes of key, so whoever keeps the
//! key can repeat every ciphertext, salt and commitment, and whoever deletes it keeps only the proof of existence.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod body;
mod error;
mod field;
mod key;
mod node;
mod pointer;
mod subject;

pub use body::{open, seal};
pub use error::SealError;
pub use field::fields;
pub use key::{RecordKey, TransactionKey};
pub use subject::SubjectKey;

/// How deep a document may nest: the document itself is level 0, so 64 containers may stand in each other.
pub const DEPTH_MAX: usize = 64;
