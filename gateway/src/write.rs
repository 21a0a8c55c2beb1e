//! The write path: what every write of a slice has in common, from the caller's keys to the answer. A slice gives a pure
//! function from its request to a [`Draft`].
//!
//! Invariant: before the one commit nothing is stored, and after it the write is owed, whether or not the client is still
//! there.

mod accept;
mod draft;
mod outcome;

pub use accept::{Accepted, Order, accept};
pub use draft::{Draft, EntrySealer};
pub use outcome::Outcome;
