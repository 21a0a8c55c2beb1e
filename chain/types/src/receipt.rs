//! Receipts [P4]: what execution decided about one command. Invariant: a rejection is a valid, provable outcome and
//! its code never changes meaning.

use crate::{account, atomic, beacon, native, provenance};
use borsh::{BorshDeserialize, BorshSerialize};

/// What happened to a command.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Receipt {
    /// It took effect, and the record joined the streams of its subjects.
    Applied(Event),
    /// The very same content was on record already: it changed nothing, and the record joins no stream.
    Repeated,
    /// It changed nothing.
    Rejected(Rejection),
}

/// Why a command changed nothing.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Rejection {
    /// A stable code, `slice.reason`.
    pub code: String,
    /// The values that explain it, by name.
    pub fields: Vec<(String, String)>,
}

impl Rejection {
    /// A rejection without fields.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), fields: Vec::new() }
    }

    /// Adds a named value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &impl ToString) -> Self {
        self.fields.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Something that happened, by slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Tenants and their authors.
    Account(account::Event),
    /// Supply-chain provenance.
    Provenance(provenance::Event),
    /// The native token within a shard.
    Native(native::Event),
    /// What crosses shards.
    Atomic(atomic::Event),
    /// Who validates.
    Beacon(beacon::Event),
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Account(event) => event.name(),
            Self::Provenance(event) => event.name(),
            Self::Native(event) => event.name(),
            Self::Atomic(event) => event.name(),
            Self::Beacon(event) => event.name(),
        }
    }
}

macro_rules! from_slices {
    ($($slice:ident: $variant:ident),+) => {$(
        impl From<$slice::Event> for Event {
            fn from(event: $slice::Event) -> Self {
                Self::$variant(event)
            }
        }
    )+};
}

from_slices!(account: Account, provenance: Provenance, native: Native, atomic: Atomic, beacon: Beacon);
