//! What a network of processes survives while captures and signed transactions go on: members that die, that freeze and
//! that are cut off. Invariant: nothing here looks into a member; it is judged by what it answers, by what followers
//! hear from it, and by the blocks that it leaves behind.

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

/// No two final captures are further apart than this while a quorum is there.
const STALL_MAX: Duration = Duration::from_secs(3);

/// So many seconds as a variable of the environment says, or else these.
fn seconds(variable: &str, otherwise: u64) -> Duration {
    let said = std::env::var(variable).map_or(otherwise, |text| text.parse().expect("a number of seconds"));
    Duration::from_secs(said)
}
