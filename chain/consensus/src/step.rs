//! Reacts to inputs, one file per kind, and then performs the duties that follow from the state ([`duty`]).

pub(crate) mod certificate;
pub(crate) mod duty;
pub(crate) mod proposal;
pub(crate) mod timer;
pub(crate) mod vote;
