//! Consensus [P10, consensus; P11, journal; P12, certificates]: a pure state machine that decides the block of one
//! height of one shard. The protocol is weighted Simplex (Chan and Pass, "Simplex Consensus", TCC 2023). In each view
//! the leader proposes, and a quorum notarises or nullifies. A validator that saw a block notarised and did not nullify
//! its view finalises the block.
//!
//! Differences from the paper: votes have weights (`3 w > 2 W`), and a height runs its own views. A block that was
//! notarised but did not become final is proposed again unchanged in a later view of the same height. So every final
//! block has a certificate of its own, which a verifier can check without the block's descendants.
//!
//! Invariant: this crate neither signs nor sends; the replica does both on request. A vote is requested with
//! [`Effect::Sign`], and its sending only after [`Input::Signed`]. A vote is therefore durable before it is sent.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod committee;
mod effect;
mod input;
mod memory;
mod simplex;
mod step;
mod timing;
mod view;
mod vote_set;

pub use committee::Committee;
pub use effect::{Effect, Effects};
pub use input::Input;
pub use memory::{Memory, VIEWS_KEPT};
pub use simplex::{Simplex, VIEWS_AHEAD_MAX};
