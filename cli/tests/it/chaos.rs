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

/// The maximum time between two final captures while there is a quorum, also when each process has half a processor.
/// Four views in a row may then end before their votes arrive: after 0.6, 1.2, 2.4 and 4.8 seconds. The goal on an idle
/// machine, and what was measured, are in docs/performance.md.
const STALL_MAX: Duration = Duration::from_secs(15);

/// Reads a number of seconds from an environment variable, or returns the default.
fn seconds(variable: &str, otherwise: u64) -> Duration {
    let value =
        std::env::var(variable).map_or(otherwise, |text| text.parse().expect("the variable is a number of seconds"));
    Duration::from_secs(value)
}
