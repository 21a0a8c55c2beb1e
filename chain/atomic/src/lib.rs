//! The rules of messages [P20] and bundles [P21] between shards, and the audit of the supply [P22]. A bundle is an
//! atomic transaction across shards; a leg is its part on one shard. Invariant: commit and abort exclude each other.
//! Every decision follows from the given values and proofs.
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
