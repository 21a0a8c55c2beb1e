//! The rejections of the provenance slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

use crate::verdict::halts;

chain_types::rejections! {
    "provenance";
    /// An exclusive capture found an event of the same id.
    EventExists = "event_exists";
    /// The event's subject is not among the record's subjects.
    SubjectMissing = "subject_missing";
}

halts!(Rejection);
