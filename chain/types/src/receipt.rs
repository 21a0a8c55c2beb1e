//! Receipts [P4]: what execution decided about one command. Invariant: a rejection is a valid, provable outcome and
//! its code never changes meaning.

use crate::slice::Event;
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
