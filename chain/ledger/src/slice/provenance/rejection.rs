//! The rejections of the provenance slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

use crate::verdict::halts;

chain_types::rejections! {
    "provenance";
    /// An exclusive capture found an event of the same id.
    EventExists = "event_exists";
    /// The subject of the event or of the element is not among the record's subjects.
    SubjectMissing = "subject_missing";
    /// A record of master data has another subject beside its element.
    ForeignSubject = "foreign_subject";
}

halts!(Rejection);
