//! Problem codes of evidence. Invariant: a mismatch of the index has its own code, because the index must then be
//! rebuilt.

crate::error::codes! {
    /// The index contradicts the ledger; the ledger is right and the index must be rebuilt.
    INDEX_MISMATCH = "ledger.index_mismatch", 500, "The index does not match the ledger";
    /// A stream has more records than one bundle opens.
    STREAM_TOO_LONG = "evidence.stream_too_long", 422, "The stream is too long for one bundle";
    /// A field to disclose is not in the document.
    UNKNOWN_DISCLOSURE = "evidence.unknown_disclosure", 400, "There is no such field to disclose";
}
