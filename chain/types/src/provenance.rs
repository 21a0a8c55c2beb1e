//! Words of the provenance slice (GS1 EPCIS 2.0). Invariant: the ledger sees only digests of an event's id and
//! content; the event itself is the record's body.

use crate::{digest::Digest, stream::Subject};
use borsh::{BorshDeserialize, BorshSerialize};

/// Commands of the slice. `event` must be one of the command's subjects.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Operation {
    /// Records an EPCIS event.
    CaptureEvent {
        /// The subject of the event's id.
        event: Subject,
        /// A keyed digest of the event's content: equal content, equal digest.
        content: Digest,
        /// Reject when any event with this id is already recorded.
        exclusive: bool,
    },
    /// Records an error declaration (EPCIS 2.0 section 7.4.1.2): an event that declares an earlier one of the same id
    /// erroneous. The earlier one may have been captured elsewhere.
    DeclareError {
        /// The subject of the event's id.
        event: Subject,
        /// A keyed digest of the declaration's content.
        content: Digest,
    },
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An event is on record.
    Captured {
        /// The subject of its id.
        event: Subject,
    },
    /// An error declaration is on record.
    ErrorDeclared {
        /// The subject of the event's id.
        event: Subject,
    },
    /// The very same content was already on record; nothing was added to any stream.
    Repeated {
        /// The subject of its id.
        event: Subject,
    },
}
