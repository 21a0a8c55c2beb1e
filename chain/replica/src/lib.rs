//! chain-replica.
