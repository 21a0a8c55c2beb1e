//! The write path of all slices, from the caller's keys to the answer. A slice gives a pure function from its request
//! to a [`Draft`].
//!
//! Invariant: nothing is stored before the one commit. After it the write is submitted, even when the client is gone.

mod accept;
mod draft;
mod outcome;

pub use accept::{Accepted, Order, accept};
pub use draft::{Draft, EntrySealer};
pub use outcome::Outcome;
