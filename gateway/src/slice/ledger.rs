//! The ledger as the API shows it: heights, the anchor, the validators, freshness of reads, and the block stream that a
//! remote indexer follows. Invariant: what is told about a height was final or indexed when it was told.

mod absent;
mod block_source;
pub mod code;
mod follow_token;
pub mod graphql;
pub mod model;
pub mod network;
pub mod rest;
pub mod status;

pub(crate) use absent::unreadable;
pub use block_source::NodeBlocks;
pub use follow_token::{FollowToken, Follower};

#[cfg(test)]
mod tests;
