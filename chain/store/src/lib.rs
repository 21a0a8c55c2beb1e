//! chain-store.
