//! Problem codes of evidence.

crate::error::codes! {
    /// The index contradicts the ledger; the ledger is right and the index must be rebuilt.
    INDEX_MISMATCH = "ledger.index_mismatch", 500, "The index does not match the ledger";
    /// A stream has more records than one bundle can contain.
    STREAM_TOO_LONG = "provenance.stream_too_long", 422, "The stream is too long for one bundle";
    /// A field to disclose does not exist in the document.
    UNKNOWN_DISCLOSURE = "provenance.unknown_disclosure", 400, "There is no such field to disclose";
}
