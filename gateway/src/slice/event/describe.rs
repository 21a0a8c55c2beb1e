//! What a domain says of an event. Invariant: a description is a function of the record's rows in the index.

use serde_json::Value;

/// The most bytes of a description, for the memory of a page.
pub const SUMMARY_BYTES_MAX: usize = 16 * 1_024;

/// What an event is about, in the words of its domain.
#[derive(Clone, PartialEq, Debug)]
pub struct Described {
    /// The thing that the event is about, such as the id of an EPCIS event.
    pub subject: Option<String>,
    /// A summary, never the document: what was sent to a receiver cannot be erased there.
    pub data: Value,
    /// The path of the evidence.
    pub evidence: Option<String>,
}
