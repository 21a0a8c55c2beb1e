//! A node: performs the replicas' effects for real. Invariant: one named thread owns each shard, a vote is durable in
//! the safety record before it is signed, and a block is durable in the store before anyone hears of it.

mod budget;
mod disk;
mod error;
mod handle;
mod node;
mod reply;
mod safety;
mod shard;
mod verifier;

pub use budget::IN_FLIGHT_BYTES_MAX;
pub use disk::FREE_PERMILLE_MIN;
pub use error::{NodeError, SubmitError};
pub use handle::{Final, NodeHandle, StreamProofParts, Tip};
pub use node::{Node, NodeConfig};
pub use verifier::{VERIFY_BATCH_MAX, VERIFY_QUEUE_MAX};
