//! What an operator may set at the door. Invariant: every default is safe to run in production.

use crate::ledger::FollowToken;
use std::time::Duration;

/// Settings of one gateway process.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// The issuer of our tokens (RFC 8414, section 2): the gateway's public address without a trailing slash.
    pub issuer: String,
    /// The audience that our tokens are for (RFC 9068, section 2.2).
    pub audience: String,
    /// The rate of every tenant.
    pub rate: Rate,
    /// The rate of credentials that one address may try.
    pub address_rate: Rate,
    /// How many blocks the index may be behind before `/readyz` fails.
    pub index_lag_blocks_max: u64,
    /// Requests that may be in work at once; more are shed with 503.
    pub concurrency_max: usize,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// Origins that browsers may call from, such as `https://console.example.org`; none by default.
    pub cors_origins: Vec<String>,
    /// The secret of services of the same deployment that follow the block stream; without one nobody may.
    pub follow_token: Option<FollowToken>,
    /// Whether `POST /v1/sandboxes` is open to everybody.
    pub sandbox_open: bool,
}

/// How many requests in which time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// Requests per second that may go on for ever, from 1.
    pub per_second: u32,
    /// Requests that may come at once, from 1.
    pub burst: u32,
}

/// The default rate of a tenant.
pub const RATE_DEFAULT: Rate = Rate { per_second: 2_000, burst: 4_000 };
/// The default rate of credentials that one address may try.
pub const ADDRESS_RATE_DEFAULT: Rate = Rate { per_second: 50, burst: 500 };
/// The default lag of the index that is still healthy, in blocks of one shard.
pub const INDEX_LAG_BLOCKS_MAX: u64 = 1_000;
/// Requests in work at once, over all tenants.
pub const CONCURRENCY_MAX: usize = 1_024;
/// How long a request may take; longer than the longest `Prefer: wait`.
pub const REQUEST_TIMEOUT_MS_MAX: u64 = 60_000;

impl GatewayConfig {
    /// The defaults for a gateway that is reached at `issuer`.
    pub fn new(issuer: impl Into<String>) -> Self {
        let issuer = issuer.into().trim_end_matches('/').to_owned();
        Self {
            audience: issuer.clone(),
            issuer,
            rate: RATE_DEFAULT,
            address_rate: ADDRESS_RATE_DEFAULT,
            index_lag_blocks_max: INDEX_LAG_BLOCKS_MAX,
            concurrency_max: CONCURRENCY_MAX,
            request_timeout: Duration::from_millis(REQUEST_TIMEOUT_MS_MAX),
            cors_origins: Vec::new(),
            follow_token: None,
            sandbox_open: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_has_no_trailing_slash_and_doors_are_closed() {
        let config = GatewayConfig::new("https://waymark.example/");
        assert_eq!(config.issuer, "https://waymark.example");
        assert!(config.cors_origins.is_empty() && !config.sandbox_open);
    }
}
