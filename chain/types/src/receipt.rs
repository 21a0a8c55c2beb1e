//! Receipts [P4]: what execution decided about one command. Invariant: a rejection is a valid, provable outcome and
//! its code never changes meaning.

use crate::{account, atomic, beacon, native, provenance};
use borsh::{BorshDeserialize, BorshSerialize};

/// What happened to a command.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Receipt {
    /// It took effect.
    Applied {
        /// What happened, in order.
        events: Vec<Event>,
    },
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
