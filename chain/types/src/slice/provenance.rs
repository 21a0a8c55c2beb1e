//! Words of the provenance slice (GS1 EPCIS 2.0). Invariant: the ledger sees only digests of an event's id and
//! content; the event itself is the record's body.

mod key;

pub use key::{ContentKey, Key};

use crate::{digest::Digest, stream::Subject};
use borsh::{BorshDeserialize, BorshSerialize};

/// Commands of the slice. `event` must be one of the record's subjects.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Records an EPCIS event.
    CaptureEvent(CaptureEvent),
    /// Records an error declaration (EPCIS 2.0 section 7.4.1.2): an event that declares an earlier one of the same id
    /// erroneous. The earlier one may have been captured elsewhere.
    DeclareError(DeclareError),
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CaptureEvent(_) => "provenance.capture_event",
            Self::DeclareError(_) => "provenance.declare_error",
        }
    }

    /// The weight in multiples of [`WorkParameters::record`](crate::WorkParameters); each reads and writes one key.
    pub(crate) const fn record_weight(&self) -> u32 {
        match self {
            Self::CaptureEvent(_) | Self::DeclareError(_) => 1,
        }
    }
}

/// An EPCIS event to record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CaptureEvent {
    /// The subject of the event's id.
    pub event: Subject,
    /// A keyed digest of the event's content: equal content, equal digest.
    pub content: Digest,
    /// Reject when any event with this id is already recorded.
    pub exclusive: bool,
}

/// An error declaration to record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct DeclareError {
    /// The subject of the event's id.
    pub event: Subject,
    /// A keyed digest of the declaration's content.
    pub content: Digest,
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An event is on record.
    EventCaptured {
        /// The subject of its id.
        event: Subject,
    },
    /// An error declaration is on record.
    ErrorDeclared {
        /// The subject of the event's id.
        event: Subject,
    },
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EventCaptured { .. } => "provenance.event_captured",
            Self::ErrorDeclared { .. } => "provenance.error_declared",
        }
    }
}
