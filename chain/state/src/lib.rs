//! chain-state.
