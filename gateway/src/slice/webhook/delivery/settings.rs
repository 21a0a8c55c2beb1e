//! How the deliverer works. Invariant: the defaults are the constants of this module and of `standards_webhooks`.

use super::super::bounds::IN_FLIGHT_MAX;
use standards_webhooks::retry::RETRY_DELAYS_S;
use std::time::Duration;

/// The most calls to all endpoints at once, besides the first one of each.
pub const CALLS_MAX: u32 = 512;
/// The most endpoints that are called at once. Each has one call that takes none of [`CALLS_MAX`], so that a receiver
/// that hangs does not delay another one.
pub const FIRST_CALLS_MAX: u32 = 4_096;
/// The most statements of the deliverer that run at once.
pub const STATEMENTS_MAX: usize = 4;
/// How long what became of calls may wait to be stored, in milliseconds.
pub const STORE_MS: u64 = 50;
/// The number of calls after which it is stored earlier.
pub const STORE_CALLS_MAX: usize = 256;
/// How often the endpoints are read, in milliseconds, to notice those that requests to any gateway changed.
pub const POLL_MS: u64 = 1_000;
/// The time in milliseconds after which an endpoint is disabled, if every call failed meanwhile: three days.
pub const DISABLE_AFTER_MS: u64 = 3 * 24 * 3_600 * 1_000;
/// The time that running calls get to end when the deliverer stops, in milliseconds.
pub const STOP_MS_MAX: u64 = 2_000;

/// How the deliverer works.
#[derive(Clone, Debug)]
pub struct DeliverySettings {
    /// The delay after each failed attempt; the attempt after the last delay is the last one.
    pub retry_delays: Vec<Duration>,
    /// [`DISABLE_AFTER_MS`].
    pub disable_after: Duration,
    /// [`POLL_MS`].
    pub poll: Duration,
    /// The most calls to one endpoint at once.
    pub in_flight_max: u32,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            retry_delays: RETRY_DELAYS_S.map(Duration::from_secs).to_vec(),
            disable_after: Duration::from_millis(DISABLE_AFTER_MS),
            poll: Duration::from_millis(POLL_MS),
            in_flight_max: IN_FLIGHT_MAX,
        }
    }
}
