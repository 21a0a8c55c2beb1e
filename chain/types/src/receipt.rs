//! Receipts: the outcome of one command's execution [P4, execution and receipts]. Invariant: a rejection is a valid,
//! provable outcome. The meaning of a rejection's code never changes.

use crate::slice::Event;
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
