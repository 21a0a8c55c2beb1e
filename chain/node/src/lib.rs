//! chain-node.
