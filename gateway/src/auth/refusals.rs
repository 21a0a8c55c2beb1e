//! Counts the credentials that are refused, by client address. Invariant: only refused credentials count. So clients
//! with good ones are not limited, however many share an address.

use crate::{
    client_address::ClientAddress,
    config::Rate,
    error::{ApiError, code},
};
use quick_cache::sync::Cache;
use std::time::{Duration, Instant};

/// The maximum number of addresses that are remembered; the least used are forgotten.
pub const ADDRESSES_MAX: usize = 100_000;

/// A leaky bucket for each address.
#[derive(Debug)]
pub struct Refusals {
    rate: Rate,
    /// The time at which the bucket of an address is empty again.
    empty_at: Cache<ClientAddress, Instant>,
}

impl Refusals {
    /// Allows refused credentials at `rate`.
    pub fn new(rate: Rate) -> Self {
        Self { rate, empty_at: Cache::new(ADDRESSES_MAX) }
    }

    /// Checks that the address may try credentials that are not known to be good.
    ///
    /// # Errors
    /// `limit.rate` with `Retry-After`.
    pub fn check(&self, address: &ClientAddress) -> Result<(), ApiError> {
        self.check_at(address, Instant::now())
    }

    /// Counts a refused credential.
    pub fn count(&self, address: &ClientAddress) {
        self.count_at(address, Instant::now());
    }

    fn check_at(&self, address: &ClientAddress, now: Instant) -> Result<(), ApiError> {
        let Some(empty_at) = self.empty_at.get(address) else { return Ok(()) };
        let full = self.interval().saturating_mul(self.rate.burst);
        let after = empty_at.saturating_duration_since(now) + self.interval();
        let Some(wait) = after.checked_sub(full).filter(|wait| !wait.is_zero()) else { return Ok(()) };
        let wait_s = wait.as_secs().saturating_add(1);
        let detail = format!("Too many refused credentials came from this address; wait {wait_s} s.");
        Err(ApiError::new(&code::RATE_LIMITED, detail).retry_after_s(wait_s))
    }

    fn count_at(&self, address: &ClientAddress, now: Instant) {
        let empty_at = self.empty_at.get(address).map_or(now, |empty_at| empty_at.max(now));
        self.empty_at.insert(*address, empty_at + self.interval());
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(1) / self.rate.per_second.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_refused_after_its_burst_and_again_at_its_rate() {
        let refusals = Refusals::new(Rate { per_second: 2, burst: 3 });
        let [ours, theirs] = ["192.0.2.1", "192.0.2.2"].map(|text| ClientAddress::new(text.parse().expect("one")));
        let now = Instant::now();
        for _ in 0..3 {
            refusals.check_at(&ours, now).expect("within the burst");
            refusals.count_at(&ours, now);
        }
        assert_eq!(refusals.check_at(&ours, now).expect_err("full").code(), &code::RATE_LIMITED);
        assert!(refusals.check_at(&theirs, now).is_ok());
        assert!(refusals.check_at(&ours, now + Duration::from_millis(500)).is_ok());
        // A check alone counts nothing.
        for _ in 0..10 {
            assert!(refusals.check_at(&theirs, now).is_ok());
        }
    }
}
