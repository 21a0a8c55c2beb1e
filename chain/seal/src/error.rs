//! Why a document cannot be sealed or a body not opened. Invariant: no message quotes a value of the document, since
//! errors end up in logs and sealed documents must not.

use crate::{DEPTH_MAX, pointer::push_token};
use chain_types::limit;
use standards_number::NumberError;

/// A document that cannot be sealed, or a body that does not open.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealError {
    /// The document is not UTF-8.
    #[error("the document is not UTF-8: the fault is at byte {at}")]
    Encoding {
        /// How many bytes are valid before the fault.
        at: usize,
    },
    /// The document is not JSON (RFC 8259), or a string in it is not Unicode.
    #[error("the document is not JSON: line {line}, column {column}")]
    Json {
        /// The line within the value at fault, from 1.
        line: usize,
        /// The column within the line, from 1.
        column: usize,
    },
    /// An object has two members of one name, so readers would disagree on its value.
    #[error("an object names the member {name:?} twice")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A number has more digits or a larger exponent than a document may hold.
    #[error("{reason} (at {pointer:?})")]
    Number {
        /// Where the number stands in the document (RFC 6901).
        pointer: String,
        /// Which limit it crosses.
        reason: NumberError,
    },
    /// More fields than a commitment may hold.
    #[error("a document has at most {} fields", limit::FIELDS_PER_DOCUMENT_MAX)]
    Fields,
    /// Nested too deep.
    #[error("a document nests at most {DEPTH_MAX} levels deep")]
    Depth,
    /// More bytes than a record's body may carry once encrypted.
    #[error("an encrypted document is at most {} bytes", limit::BODY_BYTES_MAX)]
    Size,
    /// The ciphertext was not made under this key, or was changed.
    #[error("the body does not open under this key")]
    Closed,
}

impl SealError {
    /// The same error seen from one level up.
    pub(crate) fn inside(self, token: &str) -> Self {
        match self {
            Self::Number { pointer: below, reason } => {
                let mut pointer = String::new();
                push_token(&mut pointer, token);
                pointer.push_str(&below);
                Self::Number { pointer, reason }
            }
            other => other,
        }
    }
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
