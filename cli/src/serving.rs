//! The flags and servers of the HTTP API, for `up` and `gateway`. Invariant: without flags, the defaults of the gateway
//! hold.

use crate::listen;
use gateway::{
    config::{GatewayConfig, Rate},
    health,
    outgoing::{Allowed, AllowedError},
    router,
    serve::{self, ServeLimits},
    state::Gateway,
};
use ipnet::IpNet;
use standards_epcis::translate::PrefixTable;
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Flags of the HTTP API. docs/limits.md explains the limits.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct ServingArguments {
    /// Further name under which the API answers, without port; repeatable
    #[arg(long = "host", env = "WAYMARK_HOSTS", value_name = "NAME", value_delimiter = ',')]
    hosts: Vec<String>,
    /// Proxy, or network of proxies, whose Forwarded or X-Forwarded-For header names the client; repeatable
    #[arg(long = "trusted-proxy", env = "WAYMARK_TRUSTED_PROXIES", value_name = "CIDR", value_delimiter = ',',
        value_parser = network)]
    trusted_proxies: Vec<IpNet>,
    /// Origin from which browsers may call the API, such as `https://app.example.org`; repeatable
    #[arg(long = "cors-origin", env = "WAYMARK_CORS_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    cors_origins: Vec<String>,
    /// GS1 company prefix with which answers spell Digital Links as EPC URNs; repeatable
    #[arg(long = "company-prefix", env = "WAYMARK_COMPANY_PREFIXES", value_name = "DIGITS", value_delimiter = ',',
        value_parser = company_prefix)]
    company_prefixes: Vec<String>,
    /// Receiver of webhooks that may be at a private address and without TLS, such as `localhost:9000`; repeatable
    #[arg(long = "webhook-allow", env = "WAYMARK_WEBHOOK_ALLOW", value_name = "HOST:PORT", value_delimiter = ',',
        value_parser = receiver)]
    webhook_allowed: Vec<String>,
    /// Address of a listener of its own for /livez, /readyz and /metrics; the API then serves no metrics
    #[arg(long, env = "WAYMARK_HEALTH_LISTEN", value_name = "ADDR:PORT")]
    health_listen: Option<SocketAddr>,
    /// Requests per second of one tenant; twice as many may come at once [default: 2000]
    #[arg(long, env = "WAYMARK_TENANT_RATE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    tenant_rate: Option<u32>,
    /// Refused credentials per second of one address; ten times as many may come at once [default: 50]
    #[arg(long, env = "WAYMARK_ADDRESS_RATE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    address_rate: Option<u32>,
    /// Sandboxes that the public may create in an hour, where they are open [default: 600]
    #[arg(long, env = "WAYMARK_SANDBOXES_PER_HOUR", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    sandboxes_per_hour: Option<u32>,
    /// Concurrent requests of all tenants; one tenant may have half of them [default: 1024]
    #[arg(long, env = "WAYMARK_CONCURRENCY", value_name = "N", value_parser = clap::value_parser!(u32).range(4..))]
    concurrency: Option<u32>,
    /// Concurrent streams of events of all tenants; one tenant may have half of them [default: 1024]
    #[arg(long, env = "WAYMARK_STREAMS", value_name = "N", value_parser = clap::value_parser!(u32).range(4..))]
    streams: Option<u32>,
    /// Memory for all bodies and answers in MiB; one tenant may use half of it [default: 128]
    #[arg(long, env = "WAYMARK_BODY_MEMORY", value_name = "MIB", value_parser = clap::value_parser!(u32).range(128..=65_536))]
    body_memory: Option<u32>,
    /// Concurrent connections [default: 4096]
    #[arg(long, env = "WAYMARK_CONNECTIONS", value_name = "N")]
    connections: Option<usize>,
    /// Concurrent connections of one client address [default: 1024]
    #[arg(long, env = "WAYMARK_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    connections_per_address: Option<usize>,
}

/// Parses a network in CIDR notation, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
    text.parse().or_else(|_| address()).map_err(|_| "an address or a network such as 10.0.0.0/8".to_owned())
}

/// Parses a GS1 company prefix.
fn company_prefix(text: &str) -> Result<String, String> {
    let is_prefix = (6..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_prefix { Ok(text.to_owned()) } else { Err("a company prefix has 6 to 12 digits".to_owned()) }
}

/// Checks a receiver of webhooks.
fn receiver(text: &str) -> Result<String, AllowedError> {
    Allowed::default().add(text).map(|()| text.to_owned())
}

impl ServingArguments {
    /// Applies the flags to the settings of a gateway.
    pub fn apply(&self, config: &mut GatewayConfig) {
        for host in &self.hosts {
            config.hosts.add(host);
        }
        config.trusted_proxies.clone_from(&self.trusted_proxies);
        config.cors_origins.clone_from(&self.cors_origins);
        let lengths = self.company_prefixes.iter().map(|prefix| (prefix.clone(), prefix.len()));
        config.company_prefixes = Arc::new(PrefixTable::new(lengths));
        for receiver in &self.webhook_allowed {
            // The parser of the flag took it.
            let _ = config.webhook_allowed.add(receiver);
        }
        config.health_is_separate = self.health_listen.is_some();
        if let Some(per_second) = self.tenant_rate {
            config.rate = Rate { per_second, burst: per_second.saturating_mul(2) };
            config.sandbox_rate =
                Rate { per_second: per_second.saturating_mul(2), burst: per_second.saturating_mul(4) };
        }
        if let Some(per_second) = self.address_rate {
            config.address_rate = Rate { per_second, burst: per_second.saturating_mul(10) };
        }
        config.sandboxes_per_hour = self.sandboxes_per_hour.unwrap_or(config.sandboxes_per_hour);
        config.concurrency_max = self.concurrency.unwrap_or(config.concurrency_max);
        config.streams_max = self.streams.unwrap_or(config.streams_max);
        config.body_kib_max = self.body_memory.map_or(config.body_kib_max, |mib| mib.saturating_mul(1_024));
    }

    fn limits(&self) -> ServeLimits {
        let default = ServeLimits::default();
        ServeLimits {
            connections_max: self.connections.unwrap_or(default.connections_max),
            connections_per_address_max: self.connections_per_address.unwrap_or(default.connections_per_address_max),
            ..default
        }
    }

    /// Listens on the address of health, if it has one of its own.
    ///
    /// # Errors
    /// When the system refuses the address.
    pub fn health_listener(&self) -> anyhow::Result<Option<TcpListener>> {
        listen::bind_if_given(self.health_listen, "--health-listen")
    }

    /// Serves the API on `listener`, and health on its own listener if there is one, until `shutdown` is cancelled.
    pub fn serve(
        &self,
        gateway: &Arc<Gateway>,
        listener: TcpListener,
        health: Option<TcpListener>,
        shutdown: &CancellationToken,
    ) -> Servers {
        let mut tasks = Vec::new();
        if let Some(listener) = health {
            let router = health::listener_router(Arc::clone(gateway));
            tasks.push(tokio::spawn(serve::serve(listener, router, ServeLimits::default(), shutdown.clone())));
        }
        let router = router::build(Arc::clone(gateway));
        tasks.push(tokio::spawn(serve::serve(listener, router, self.limits(), shutdown.clone())));
        Servers(tasks)
    }
}

/// The running servers.
pub struct Servers(Vec<JoinHandle<io::Result<()>>>);

impl Servers {
    /// Waits until all servers have ended.
    ///
    /// # Errors
    /// A failure of a listener.
    pub async fn ended(self) -> anyhow::Result<()> {
        for task in self.0 {
            task.await??;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        serving: ServingArguments,
    }

    fn config(flags: &[&str]) -> GatewayConfig {
        let mut config = GatewayConfig::new("https://waymark.example");
        let line = Line::try_parse_from(["waymark"].iter().chain(flags)).unwrap_or_else(|error| panic!("{error}"));
        line.serving.apply(&mut config);
        config
    }

    #[test]
    fn flags_change_the_settings_that_they_name() {
        let config = config(&[
            "--tenant-rate=10",
            "--cors-origin=https://a.example,https://b.example",
            "--trusted-proxy=10.0.0.0/8",
            "--trusted-proxy=2001:db8::1",
            "--company-prefix=4012345,0614141",
            "--sandboxes-per-hour=7",
            "--concurrency=8",
            "--streams=9",
            "--body-memory=256",
            "--webhook-allow=localhost:9000,[::1]:9001",
            "--health-listen=127.0.0.1:0",
        ]);
        assert_eq!(config.rate, Rate { per_second: 10, burst: 20 });
        assert_eq!(config.cors_origins.len(), 2);
        assert_eq!(config.trusted_proxies[1].to_string(), "2001:db8::1/128");
        assert_eq!((config.sandboxes_per_hour, config.concurrency_max, config.body_kib_max), (7, 8, 262_144));
        assert_eq!(config.streams_max, 9);
        let mut allowed = Allowed::default();
        assert_eq!([allowed.add("localhost:9000"), allowed.add("[::1]:9001")], [Ok(()), Ok(())]);
        assert_eq!(config.webhook_allowed, allowed);
        assert!(config.health_is_separate);
        let known = ["4012345", "0614141"].map(|prefix| (prefix.to_owned(), 7));
        assert_eq!(*config.company_prefixes, PrefixTable::new(known));
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let (ours, default) = (config(&[]), GatewayConfig::new("https://waymark.example"));
        assert_eq!(
            (ours.rate, ours.concurrency_max, ours.hosts),
            (default.rate, default.concurrency_max, default.hosts)
        );
        assert_eq!(ours.webhook_allowed, Allowed::default());
        assert!(Line::try_parse_from(["waymark", "--trusted-proxy=proxy.example"]).is_err());
        assert!(Line::try_parse_from(["waymark", "--webhook-allow=localhost"]).is_err());
        for wrong in ["12345", "1234567890123", "40123x5"] {
            assert!(Line::try_parse_from(["waymark", &format!("--company-prefix={wrong}")]).is_err(), "{wrong}");
        }
    }
}
