//! Tests a network of processes under load while members are killed, suspended and cut off. Invariant: the tests use
//! only public answers, the followers' blocks, and the blocks in stores.

mod follower;
mod history;
mod killed_again_and_again;
mod link;
mod load;
mod network;
mod partitioned;
mod paused;
mod route;
mod stored;
mod traitor;

use std::time::Duration;

/// The maximum time between two final captures while there is a quorum.
const STALL_MAX: Duration = Duration::from_secs(3);

/// Reads a number of seconds from an environment variable, or returns the default.
fn seconds(variable: &str, otherwise: u64) -> Duration {
    let value =
        std::env::var(variable).map_or(otherwise, |text| text.parse().expect("the variable is a number of seconds"));
    Duration::from_secs(value)
}
