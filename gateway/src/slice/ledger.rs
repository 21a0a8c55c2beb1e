//! The ledger in the API: heights, anchor, validators, and the block stream of remote indexers. Invariant: every
//! reported height was final or indexed when it was read.

mod absent;
mod block_source;
pub mod code;
pub(super) mod event_data;
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
