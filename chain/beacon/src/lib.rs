//! The beacon's rules [P14]-[P19]: bonds, believability, leagues, slashing, randomness, assignment and epochs.
//! Invariant: every machine computes the same state from the same inputs in the same order. This crate uses integers
//! only, and no clock, disk or random source. A dealer's entropy is an argument.
//!
//! The ledger keeps one value, [`BeaconState`]. The ledger changes this value only by [`BeaconState::apply`], for
//! transactions of the beacon's shard.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod apply;
pub mod assignment;
pub mod believability;
mod boundary;
pub mod committee;
pub mod configuration;
mod draw;
mod duty;
pub mod epoch;
pub mod evidence;
pub mod league;
pub mod lots;
pub mod mutant;
mod observe;
pub mod promise;
pub mod randomness;
pub mod registry;
pub mod rejection;
pub mod servi;
mod slash;
pub mod stake;
mod state;
pub mod treasury;
mod version;

pub use apply::{Context, When};
pub use boundary::{INACTIVE_BELOW_PPM, INACTIVE_EPOCHS_MAX};
pub use committee::{Committee, Member};
pub use duty::Secrets;
pub use observe::{ATTENDANCE_BLOCKS, Attendance};
pub use registry::{Standing, Status, Validator};
pub use rejection::Rejection;
pub use slash::Conviction;
pub use state::{BeaconKey, BeaconState, GenesisError};
pub use version::Schedule;
