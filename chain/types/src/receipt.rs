//! Receipts [P4]: the outcome of one command's execution. Invariant: a rejection is a valid, provable outcome, and its
//! code never changes meaning.

use crate::{account, atomic, beacon, native, provenance};
use borsh::{BorshDeserialize, BorshSerialize};

/// The outcome of a command.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Receipt {
    /// The command took effect, and its record joined the streams of its subjects.
    Applied(Event),
    /// The same content was already recorded. Nothing changed, and the record joins no stream.
    Repeated,
    /// The command changed nothing.
    Rejected(Rejection),
}

/// The reason for a rejection.
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

/// The effect of an applied command, by slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Tenants and their authors.
    Account(account::Event),
    /// Supply-chain provenance.
    Provenance(provenance::Event),
    /// The native token within a shard.
    Native(native::Event),
    /// Messages and bundles across shards.
    Atomic(atomic::Event),
    /// Validators, epochs and randomness.
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
