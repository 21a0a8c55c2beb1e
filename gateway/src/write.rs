//! The write path of all domains, from the caller's keys to the response.
//!
//! A domain supplies a pure function that turns its request into a [`Draft`].
//!
//! Invariant: nothing is stored before the single commit. After the commit the write is submitted, even if the client
//! has disconnected.

mod accept;
mod draft;
mod outcome;

pub use accept::{Accepted, Order, accept};
pub use draft::{Draft, EntrySealer};
pub use outcome::Outcome;
