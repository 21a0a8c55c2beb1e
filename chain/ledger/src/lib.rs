//! Executes transactions on the state of a shard. Invariant: given the same state, block time and transactions in the
//! same order, every machine writes the same changes and the same receipts. This crate has no access to clocks, random
//! sources, disks or plaintexts.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod account;
mod admission;
mod ancestry;
mod atomic;
pub mod beacon;
mod block;
mod code;
mod delta;
pub mod genesis;
mod law;
pub mod mutant;
pub mod native;
mod overlay;
pub mod provenance;
pub mod seen;
mod stream;
mod verdict;

pub use admission::{Refusal, admits};
pub use block::{BlockExecution, Executed, Position};
pub use code::codes;
pub use delta::{decode_delta, delta_root, encode_delta};
pub use law::{Law, OPERATOR_TENANT};
