//! Commands, events and state of the provenance slice (GS1 EPCIS 2.0). Invariant: commands hold only keyed digests of
//! an id and a content. The EPCIS event or the master data itself is in the record's body.

mod key;

pub use key::{ContentKey, Key, MasterDataKey};

use crate::{digest::Digest, stream::Subject};
use borsh::{BorshDeserialize, BorshSerialize};

/// Commands of the slice. `event` or `element` must be one of the record's subjects.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Records an EPCIS event.
    CaptureEvent(CaptureEvent),
    /// Records an error declaration (EPCIS 2.0 section 7.4.1.2): an event that declares an earlier one of the same id
    /// erroneous. The earlier one may have been captured in another system.
    DeclareError(DeclareError),
    /// Records a version of the master data of one vocabulary element (EPCIS 2.0 section 6.1).
    RecordMasterData(RecordMasterData),
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CaptureEvent(_) => "provenance.capture_event",
            Self::DeclareError(_) => "provenance.declare_error",
            Self::RecordMasterData(_) => "provenance.record_master_data",
        }
    }

    /// The weight in multiples of [`WorkParameters::record`](crate::WorkParameters); each reads and writes one key.
    pub(crate) const fn record_weight(&self) -> u32 {
        match self {
            Self::CaptureEvent(_) | Self::DeclareError(_) | Self::RecordMasterData(_) => 1,
        }
    }
}

/// An EPCIS event to record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CaptureEvent {
    /// The subject of the event's id.
    pub event: Subject,
    /// A keyed digest of the event's content. Equal content has an equal digest.
    pub content: Digest,
    /// Whether to reject the command when any event with this id is already recorded.
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

/// A version of the master data of a vocabulary element to record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RecordMasterData {
    /// The subject of the element: of its vocabulary and its id.
    pub element: Subject,
    /// A keyed digest of the element's content. Equal content has an equal digest.
    pub content: Digest,
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
#[expect(clippy::enum_variant_names, reason = "an EPCIS event is not an event of the ledger")]
pub enum Event {
    /// An EPCIS event was recorded.
    EventCaptured {
        /// The subject of the event's id.
        event: Subject,
    },
    /// An error declaration was recorded.
    ErrorDeclared {
        /// The subject of the event's id.
        event: Subject,
    },
    /// A version of master data was recorded.
    MasterDataRecorded {
        /// The subject of the element.
        element: Subject,
    },
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EventCaptured { .. } => "provenance.event_captured",
            Self::ErrorDeclared { .. } => "provenance.error_declared",
            Self::MasterDataRecorded { .. } => "provenance.master_data_recorded",
        }
    }
}
