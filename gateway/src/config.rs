//! The settings of one gateway process. Invariant: every default is safe to run in production.

use crate::{budget::BODY_KIB_MAX, host::Hosts, ledger::FollowToken, outgoing::Allowed};
use ipnet::IpNet;
use standards_epcis::translate::PrefixTable;
use std::{sync::Arc, time::Duration};

/// Settings of one gateway process.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// The issuer of tokens (RFC 8414, section 2): the gateway's public address without a trailing slash.
    pub issuer: String,
    /// The audience of tokens (RFC 9068, section 2.2).
    pub audience: String,
    /// The rate limit of each tenant.
    pub rate: Rate,
    /// The rate limit per client address for refused credentials.
    pub address_rate: Rate,
    /// The rate limit per client address at the public resolver of GS1 Digital Links.
    pub resolver_rate: Rate,
    /// The number of blocks that the index may lag behind before `/readyz` fails.
    pub index_lag_blocks_max: u64,
    /// The maximum number of concurrent requests with credentials; more are rejected with 503.
    pub concurrency_max: u32,
    /// The maximum number of concurrent requests without credentials; more are rejected with 503.
    pub public_concurrency_max: u32,
    /// The maximum number of concurrent streams of events; more are rejected with 503.
    pub streams_max: u32,
    /// The maximum size of all bodies and answers in memory, in KiB; more are rejected with 503.
    pub body_kib_max: u32,
    /// The lengths of GS1 company prefixes, with which answers spell Digital Links as EPC URNs; none by default.
    pub company_prefixes: Arc<PrefixTable>,
    /// The maximum duration of a request.
    pub request_timeout: Duration,
    /// Origins from which browsers may call the API, such as `https://console.example.org`; none by default.
    pub cors_origins: Vec<String>,
    /// The secret with which other services of this deployment follow the block stream. Without it the stream is
    /// closed.
    pub follow_token: Option<FollowToken>,
    /// Whether `POST /v1/sandboxes` is open to the public.
    pub sandbox_open: bool,
    /// Whether it is open, if at all, only to callers on this machine that name it as such.
    pub sandbox_local: bool,
    /// The number of sandboxes that the public may create in an hour, at least 1.
    pub sandboxes_per_hour: u32,
    /// The rate limit of all sandboxes together.
    pub sandbox_rate: Rate,
    /// The names under which this gateway answers.
    pub hosts: Hosts,
    /// The proxies that may name the client's address in a header.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether health and metrics have a listener of their own; then the public one does not serve metrics.
    pub health_is_separate: bool,
    /// The receivers of webhooks that may be at private addresses and without TLS; none by default.
    pub webhook_allowed: Allowed,
}

/// A rate limit: a sustained rate and a burst.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// Sustained requests per second, at least 1.
    pub per_second: u32,
    /// Requests that may arrive at once, at least 1.
    pub burst: u32,
}

/// The default rate limit of a tenant.
pub const RATE_DEFAULT: Rate = Rate { per_second: 2_000, burst: 4_000 };
/// The default rate limit for credentials of one address that are refused.
pub const ADDRESS_RATE_DEFAULT: Rate = Rate { per_second: 50, burst: 500 };
/// The default rate limit of one address at the public resolver. Many phones can share an address.
pub const RESOLVER_RATE_DEFAULT: Rate = Rate { per_second: 1_000, burst: 2_000 };
/// The default rate limit of all sandboxes together.
pub const SANDBOX_RATE_DEFAULT: Rate = Rate { per_second: 4_000, burst: 8_000 };
/// The default number of sandboxes that the public may create in an hour.
pub const SANDBOXES_PER_HOUR_MAX: u32 = 600;
/// The default lag of the index at which `/readyz` still succeeds, in blocks of one shard.
pub const INDEX_LAG_BLOCKS_MAX: u64 = 1_000;
/// The default number of concurrent requests with credentials, over all tenants.
pub const CONCURRENCY_MAX: u32 = 1_024;
/// The default number of concurrent requests without credentials.
pub const PUBLIC_CONCURRENCY_MAX: u32 = 256;
/// The default number of concurrent streams of events, over all tenants.
pub const STREAMS_MAX: u32 = 1_024;
/// The default maximum duration of a request, in milliseconds. Longer than the longest `Prefer: wait`.
pub const REQUEST_TIMEOUT_MS_MAX: u64 = 60_000;

impl GatewayConfig {
    /// The default settings for a gateway with the public address `issuer`.
    pub fn new(issuer: impl Into<String>) -> Self {
        let issuer = issuer.into().trim_end_matches('/').to_owned();
        let hosts = Hosts::of(&issuer);
        Self {
            audience: issuer.clone(),
            issuer,
            rate: RATE_DEFAULT,
            address_rate: ADDRESS_RATE_DEFAULT,
            resolver_rate: RESOLVER_RATE_DEFAULT,
            index_lag_blocks_max: INDEX_LAG_BLOCKS_MAX,
            concurrency_max: CONCURRENCY_MAX,
            public_concurrency_max: PUBLIC_CONCURRENCY_MAX,
            streams_max: STREAMS_MAX,
            body_kib_max: BODY_KIB_MAX,
            company_prefixes: Arc::default(),
            request_timeout: Duration::from_millis(REQUEST_TIMEOUT_MS_MAX),
            cors_origins: Vec::new(),
            follow_token: None,
            sandbox_open: false,
            sandbox_local: false,
            sandboxes_per_hour: SANDBOXES_PER_HOUR_MAX,
            sandbox_rate: SANDBOX_RATE_DEFAULT,
            hosts,
            trusted_proxies: Vec::new(),
            health_is_separate: false,
            webhook_allowed: Allowed::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_has_no_trailing_slash_and_defaults_are_closed() {
        let config = GatewayConfig::new("https://waymark.example/");
        assert_eq!(config.issuer, "https://waymark.example");
        assert!(config.cors_origins.is_empty() && !config.sandbox_open);
    }
}
