//! Executes transactions on the state of a shard. Invariant: execution is deterministic: equal state, block time and
//! transactions give equal writes and receipts. This crate has no access to clocks, random sources, disks or
//! plaintexts.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod admission;
mod ancestry;
mod block;
mod code;
mod delta;
pub mod genesis;
mod law;
pub mod mutant;
mod overlay;
pub mod seen;
mod slice;
mod stream;
mod verdict;

pub use admission::{Refusal, admits};
pub use block::{BlockExecution, Executed, Position};
pub use code::codes;
pub use delta::{decode_delta, delta_root, encode_delta};
pub use law::{Law, OPERATOR_TENANT};
pub use slice::*;
