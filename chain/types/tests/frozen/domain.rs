//! One sample of every command and event of a domain, for frozen encodings and for evidence vectors. Invariant: no
//! variant is missing. No two members of a value hold the same bytes.

use chain_types::{Command, Digest, Event, Subject, TenantId, provenance, state::StateKey};

/// One value of every variant of an enumeration, in order, with the variant's name. A variant that is not listed does
/// not compile.
macro_rules! every {
    ($enum:ident: $($variant:ident [$($payload:tt)*])+) => {{
        let _exhaustive = |value: &$enum| match value {
            $($enum::$variant { .. } => (),)+
        };
        vec![$((stringify!($variant), $enum::$variant $($payload)*)),+]
    }};
}

pub(crate) const TENANT: TenantId = TenantId([0x21; 16]);
pub(crate) const SUBJECT: Subject = Subject(Digest([0x31; 32]));
pub(crate) const CONTENT: Digest = Digest([0x32; 32]);

/// The variants' names with their values.
pub(crate) fn commands() -> Vec<(&'static str, Command)> {
    wrapped(Command::Provenance, {
        use provenance::{CaptureEvent, Command, DeclareError, RecordMasterData};
        every! { Command:
            CaptureEvent [(CaptureEvent { event: SUBJECT, content: CONTENT, exclusive: true })]
            DeclareError [(DeclareError { event: SUBJECT, content: CONTENT })]
            RecordMasterData [(RecordMasterData { element: SUBJECT, content: CONTENT })]
        }
    })
}

/// The variants' names with their values.
pub(crate) fn events() -> Vec<(&'static str, Event)> {
    wrapped(Event::Provenance, {
        use provenance::Event;
        every! { Event:
            EventCaptured [{ event: SUBJECT }]
            ErrorDeclared [{ event: SUBJECT }]
            MasterDataRecorded [{ element: SUBJECT }]
        }
    })
}

/// The variants' names with their values.
pub(crate) fn state_keys() -> Vec<(&'static str, StateKey)> {
    wrapped(StateKey::Provenance, {
        use provenance::{ContentKey, Key, MasterDataKey};
        every! { Key:
            Content [(ContentKey(TENANT, SUBJECT, CONTENT))]
            MasterData [(MasterDataKey(TENANT, SUBJECT))]
        }
    })
}

fn wrapped<S, W>(wrap: fn(S) -> W, slice: Vec<(&'static str, S)>) -> Vec<(&'static str, W)> {
    slice.into_iter().map(|(name, value)| (name, wrap(value))).collect()
}
