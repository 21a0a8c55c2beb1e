//! Operations: requests to the ledger, tracked from acceptance to the index. Invariant: a decision never changes. An
//! operation is `accepted`, perhaps `soft` for a while, and becomes `final`, `rejected` or `expired` once.

pub mod code;
pub mod find;
pub mod graphql;
mod id;
pub mod model;
mod prefer;
pub mod query;
mod record;
pub mod rest;

#[cfg(test)]
mod tests;

pub use id::OperationId;
pub use prefer::{WAIT_S_MAX, wait_of};
pub use record::{CommandOutcome, Decision, OperationRecord, Promised, Refused, Status};
