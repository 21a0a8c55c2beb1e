//! Reasons why a document cannot be sealed or a body cannot be opened. Invariant: no message quotes a value of the
//! document, because errors are logged.

use crate::{DEPTH_MAX, POINTER_BYTES_PER_DOCUMENT_MAX};
use chain_types::limit;
use standards_number::NumberError;

/// A document that cannot be sealed, or a body that cannot be opened.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealError {
    /// The document is not UTF-8.
    #[error("the document is not UTF-8: the fault is at byte {at}")]
    Encoding {
        /// The number of valid bytes before the fault.
        at: usize,
    },
    /// The document is not JSON (RFC 8259), or a string in it is not valid Unicode.
    #[error("the document is not JSON: line {line}, column {column}")]
    Json {
        /// The line within the faulty value, from 1.
        line: usize,
        /// The column within the line, from 1.
        column: usize,
    },
    /// An object has two members of the same name, so readers may disagree on its value.
    #[error("an object names the member {name:?} twice")]
    DuplicateName { name: String },
    /// A number has more digits or a larger exponent than a document may hold.
    #[error("{reason} (at {pointer:?})")]
    Number {
        /// The JSON pointer of the number (RFC 6901).
        pointer: String,
        /// The limit that the number exceeds.
        reason: NumberError,
    },
    /// The document has more fields than a commitment may hold.
    #[error("a document has at most {} fields", limit::FIELDS_PER_DOCUMENT_MAX)]
    Fields,
    /// The pointers of the document's fields are too long together.
    #[error("the pointers of a document's fields have at most {POINTER_BYTES_PER_DOCUMENT_MAX} bytes together")]
    Pointers,
    /// The document is nested too deeply.
    #[error("a document nests at most {DEPTH_MAX} levels deep")]
    Depth,
    /// The encrypted document is larger than a record's body may be.
    #[error("an encrypted document is at most {} bytes", limit::BODY_BYTES_MAX)]
    Size,
    /// The ciphertext was not made under this key, or was changed.
    #[error("the body does not open under this key")]
    Closed,
}

impl From<NumberError> for SealError {
    fn from(reason: NumberError) -> Self {
        Self::Number { pointer: String::new(), reason }
    }
}

impl From<serde_json::Error> for SealError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json { line: error.line(), column: error.column() }
    }
}
