//! Rate limits: one token bucket (GCRA) per key, such as a tenant or a client address. Invariant: requests of one key
//! never use the rate of another. Full buckets are dropped once there are more than [`KEYS_MAX`].

use crate::{
    config::Rate,
    error::{ApiError, code},
};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::{hash::Hash, num::NonZeroU32};

/// The number of buckets above which those that are full again are dropped.
pub const KEYS_MAX: usize = 100_000;

/// The header names of draft-ietf-httpapi-ratelimit-headers-11. The draft may still change, so they are only used here.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The state of a rate limit after a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateStatus {
    rate: Rate,
    remaining: u32,
    wait_s: u64,
}

impl RateStatus {
    /// Sets the headers `RateLimit` and `RateLimit-Policy`.
    pub fn write(&self, headers: &mut HeaderMap) {
        let window_s = u64::from(self.rate.burst).div_ceil(u64::from(self.rate.per_second)).max(1);
        let policy = format!("\"tenant\";q={};w={window_s}", self.rate.burst);
        let state = format!("\"tenant\";r={};t={}", self.remaining, self.wait_s.max(1));
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Token buckets by key.
#[derive(Debug)]
pub struct RateLimit<K: Hash + Eq + Clone> {
    rate: Rate,
    buckets: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
}

impl<K: Hash + Eq + Clone> RateLimit<K> {
    /// Creates buckets of `rate`; a zero counts as one.
    pub fn new(rate: Rate) -> Self {
        let (per_second, burst) = (at_least_one(rate.per_second), at_least_one(rate.burst));
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let rate = Rate { per_second: per_second.get(), burst: burst.get() };
        Self { rate, buckets: RateLimiter::dashmap(quota).with_middleware() }
    }

    /// Takes one request from the bucket of `key`.
    ///
    /// # Errors
    /// `limit.rate` with `Retry-After` when the bucket is empty.
    pub fn check(&self, key: &K) -> Result<RateStatus, ApiError> {
        if self.buckets.len() > KEYS_MAX {
            self.buckets.retain_recent();
        }
        match self.buckets.check_key(key) {
            Ok(snapshot) => {
                Ok(RateStatus { rate: self.rate, remaining: snapshot.remaining_burst_capacity(), wait_s: 1 })
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                let wait_s = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
                let status = RateStatus { rate: self.rate, remaining: 0, wait_s };
                crate::trace::set_rate(status);
                let detail = format!("The rate is {} requests per second; wait {wait_s} s.", self.rate.per_second);
                Err(ApiError::new(&code::RATE_LIMITED, detail).retry_after_s(wait_s))
            }
        }
    }
}

/// A limit on events in an hour, over all callers.
#[derive(Debug)]
pub struct HourlyLimit(DefaultDirectRateLimiter);

impl HourlyLimit {
    /// Allows `per_hour` events in an hour, of which a tenth may come at once; a zero counts as one.
    pub fn new(per_hour: u32) -> Self {
        let quota = Quota::per_hour(at_least_one(per_hour)).allow_burst(at_least_one(per_hour / 10));
        Self(RateLimiter::direct(quota))
    }

    /// Counts one event.
    ///
    /// # Errors
    /// `limit.rate` with `Retry-After`.
    pub fn check(&self) -> Result<(), ApiError> {
        self.0.check().map_err(|not_until| {
            let wait_s = not_until.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1);
            let detail = format!("This deployment gives no more of these for now; wait {wait_s} s.");
            ApiError::new(&code::RATE_LIMITED, detail).retry_after_s(wait_s)
        })
    }
}

fn at_least_one(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_empties_only_its_own_bucket() {
        let limit = RateLimit::new(Rate { per_second: 1, burst: 3 });
        for remaining in [2, 1, 0] {
            assert_eq!(limit.check(&"a").expect("within the burst").remaining, remaining);
        }
        assert_eq!(limit.check(&"a").expect_err("empty").code(), &code::RATE_LIMITED);
        assert!(limit.check(&"b").is_ok());
    }

    #[test]
    fn an_hour_has_a_limit_of_which_a_tenth_may_come_at_once() {
        let limit = HourlyLimit::new(30);
        for _ in 0..3 {
            limit.check().expect("within the burst");
        }
        assert_eq!(limit.check().expect_err("above").code(), &code::RATE_LIMITED);
    }

    #[test]
    fn headers_follow_the_draft() {
        let mut headers = HeaderMap::new();
        RateStatus { rate: Rate { per_second: 10, burst: 50 }, remaining: 4, wait_s: 0 }.write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"tenant\";q=50;w=5");
        assert_eq!(headers["ratelimit"], "\"tenant\";r=4;t=1");
    }
}
