//! All or nothing across shards [P20] [P21] [P22]: what a message, a bundle's coordinator and a leg's lock decide, as
//! functions of small values. Invariant: commit and abort exclude each other, and whatever is decided follows from the
//! values and the proofs given; the ledger loads and stores them.
//!
//! Why old proofs are harmless: each step asks only for facts that stay true until the step they serve is done. A
//! message stays in its outbox; a decision stands for ever; a lock is prepared until a decision is applied; a bundle
//! was opened once it was opened; and a leg that was refused is never locked, because its refusal stays until the
//! deadline is past and block time never goes back.
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
