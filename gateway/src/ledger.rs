//! The ledger as the API shows it: heights, the anchor, freshness of reads, and the block stream that a remote indexer
//! follows. Invariant: what is told about a height was final or indexed when it was told.

pub mod code;
pub mod follow_token;
pub mod freshness;
pub mod graphql;
pub mod model;
pub mod rest;
pub mod status;

#[cfg(test)]
mod tests;
