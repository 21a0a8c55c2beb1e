//! Handles inputs, one file per kind, and then performs the duties that follow ([`duty`]).

pub(crate) mod certificate;
pub(crate) mod duty;
pub(crate) mod proposal;
pub(crate) mod timer;
pub(crate) mod vote;
