//! One shard as a value: what it holds, what it decides, and what it asks the world to do. Invariant: [`Replica::step`]
//! performs nothing; it pushes effects, and whoever interprets them performs them strictly in order, so what is
//! persisted before it is said is durable before it is said.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod effect;
mod input;
mod mempool;
mod propose;
mod recovery;
mod replica;

pub use effect::{Commit, Effect, Effects, Finalised, Refused};
pub use input::Input;
pub use mempool::{MEMPOOL_BYTES_MAX, MEMPOOL_TRANSACTIONS_MAX};
pub use recovery::{Recovered, RecoveryError, SeenBlock};
pub use replica::{Replica, Totals};
