//! Operation ids: `op_` and a UUID version 7 (RFC 9562). Invariant: ids sort by time of creation.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

const PREFIX: &str = "op_";

/// An operation's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct OperationId(pub Uuid);

impl OperationId {
    /// Generates a new id.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for OperationId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0.simple())
    }
}

/// The text is not an operation id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an operation's id is \"op_\" and 32 hexadecimal digits")]
pub struct NoOperationId;

impl FromStr for OperationId {
    type Err = NoOperationId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.len() == 32).ok_or(NoOperationId)?;
        Uuid::try_parse(digits).map(Self).map_err(|_| NoOperationId)
    }
}

impl From<OperationId> for String {
    fn from(id: OperationId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for OperationId {
    type Error = NoOperationId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
