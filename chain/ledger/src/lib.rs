//! chain-ledger.
