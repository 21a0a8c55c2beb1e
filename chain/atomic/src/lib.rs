//! The rules of messages and bundles between shards [P20] [P21] [P22], as functions of small values that the ledger
//! loads and stores. Invariant: commit and abort exclude each other, and every decision follows from the given values
//! and proofs.
//!
//! Old proofs are harmless, because each step relies only on facts that stay true until it is done. A message stays in
//! its outbox, a decision is permanent, a lock stays prepared until a decision is applied, and an opened bundle stays
//! opened. A refused leg is never locked, because its refusal is kept until after the deadline and block time never
//! goes back.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod audit;
pub mod coordinator;
pub mod course;
pub mod message;
pub mod mutant;
pub mod participant;
mod rejection;
mod trust;

pub use rejection::Rejection;
pub use trust::{Place, Trust};
