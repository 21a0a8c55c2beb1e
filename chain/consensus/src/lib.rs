//! The decision [P10, P11, P12]: which block is final at one height of one shard, as a value. Weighted Simplex (Chan and
//! Pass, "Simplex Consensus", TCC 2023): in each view the leader proposes, a quorum notarises or nullifies, and whoever
//! saw a block notarised and did not nullify its view finalises it.
//!
//! Differences from the paper, and why: votes weigh (`3 w > 2 W`) instead of count; a height runs its own views, and a
//! block that was notarised but did not become final is proposed again, the same block, in a later view of the same
//! height. So every final block has a certificate of its own, which a stranger can check without its descendants.
//!
//! Invariant: this crate signs nothing and sends nothing by itself. It asks for signatures by [`Effect::Sign`], and says
//! a vote only after the signed vote came back by [`Input::Signed`]: durable before said.
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
