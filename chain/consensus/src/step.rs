//! The reaction to each input, one file for each kind, and the duties that follow from the state after any of them
//! ([`duty`]).

pub(crate) mod certificate;
pub(crate) mod duty;
pub(crate) mod proposal;
pub(crate) mod timer;
pub(crate) mod vote;
