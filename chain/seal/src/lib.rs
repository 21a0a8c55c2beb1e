//! Sealed bodies: encrypts a document under its own key, commits to its fields, and opens it [P5, bodies]. Invariant:
//! every ciphertext, salt and commitment is a function of the document's bytes and 32 bytes of key. Deleting the key
//! leaves only the proof that the record exists.
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

/// The most levels of nesting in a document. The document itself is level 0, so 64 containers may be nested.
pub const DEPTH_MAX: usize = 64;

/// The most bytes of all pointers of one document's fields together. Each field repeats the names of the objects that
/// hold it, so without this limit a short document with one long name would have pointers of gigabytes.
pub const POINTER_BYTES_PER_DOCUMENT_MAX: usize = 16 * 1024 * 1024;
