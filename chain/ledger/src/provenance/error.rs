//! Why the provenance slice rejects. Invariant: codes never change meaning.

use chain_types::Rejection;

/// The slice's rejections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// An exclusive capture found an event of the same id.
    EventExists,
    /// The event's subject is not among the record's subjects.
    SubjectMissing,
}

impl Error {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EventExists => "provenance.event_exists",
            Self::SubjectMissing => "provenance.subject_missing",
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error.code())
    }
}
