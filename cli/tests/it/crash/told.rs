//! An event that a gateway sent.

use serde_json::Value;

/// A `CloudEvent` with its number.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Told {
    pub(super) number: u64,
    pub(super) event: Value,
}

impl Told {
    /// Reads it as it was sent.
    pub(super) fn of(text: &[u8]) -> Self {
        let event: Value = serde_json::from_slice(text).expect("JSON");
        let number = event["id"].as_str().and_then(|id| id.parse().ok()).expect("a number");
        Self { number, event }
    }
}
