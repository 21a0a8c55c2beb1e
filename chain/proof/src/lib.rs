//! chain-proof.
