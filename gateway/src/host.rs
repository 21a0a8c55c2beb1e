//! Checks the `Host` of requests. Invariant: a page of another site cannot reach this service by a name of its own
//! (DNS rebinding): only names that the operator gave are answered. An address or `localhost` cannot be rebound, so it
//! is answered, too.

use crate::{
    client_address::PeerAddress,
    config::GatewayConfig,
    error::{ApiError, code},
    socket,
    state::Gateway,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{Version, header, uri::Authority};
use std::{net::IpAddr, sync::Arc};
use url::Url;

/// Paths that are answered under every name, because orchestrators and monitors use names of their own.
const EVERY_HOST: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// Rejects requests for other hosts.
pub async fn check(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    // A request that did not arrive over a connection comes from this process.
    let is_from_outside = request.extensions().get::<PeerAddress>().is_some();
    if !is_from_outside || EVERY_HOST.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match named(&request) {
        // HTTP/1.0 has no such header, and no browser speaks it.
        None if request.version() == Version::HTTP_10
            && !request.headers().contains_key(header::HOST)
            && request.uri().authority().is_none() =>
        {
            next.run(request).await
        }
        None => {
            let detail = "Send one `Host` header, as HTTP/1.1 requires: a name or an address, and a port up to 65535.";
            ApiError::new(&code::MALFORMED_HEAD, detail).into_response()
        }
        Some(host) if !gateway.config.hosts.answers(&host) => {
            let detail = "This service does not answer under this name; the operator adds names with `--host`.";
            ApiError::new(&code::WRONG_HOST, detail).into_response()
        }
        Some(_) if is_from_other_origin(&request, &gateway.config) => {
            let detail = "The operator lists the origins whose pages may call with `--cors-origin`.";
            ApiError::new(&code::WRONG_ORIGIN, detail).into_response()
        }
        Some(_) => next.run(request).await,
    }
}

/// Whether a page of an origin that is not allowed sends a request that changes something, or opens a WebSocket, whose
/// messages it could read. Browsers send `Origin` with each of those (Fetch, section 3.1; RFC 6455, section 10.2), so a
/// page cannot use what this service allows without credentials.
fn is_from_other_origin(request: &Request, config: &GatewayConfig) -> bool {
    let is_checked = !request.method().is_safe() || socket::is_asked(request.headers());
    let Some(origin) = request.headers().get(header::ORIGIN).filter(|_| is_checked) else {
        return false;
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
    let is_own = host.is_some_and(|host| config.hosts.answers(&host));
    !is_own && !config.cors_origins.iter().any(|allowed| allowed == origin)
}

/// The name of the service that a request is for (RFC 9112, section 3.2), without the port. `None` unless there is
/// exactly one, of the form `host[:port]`.
fn named(request: &Request) -> Option<String> {
    if let Some(authority) = request.uri().authority() {
        return host_of(authority);
    }
    let mut values = request.headers().get_all(header::HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    host_of(&value.to_str().ok()?.parse().ok()?)
}

/// The host in lower case. `None` with user information (RFC 9110, section 4.2.4), and with a port above 65535.
fn host_of(authority: &Authority) -> Option<String> {
    let host = authority.host();
    // User information stands before the host.
    let rest = authority.as_str().strip_prefix(host)?;
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_valid = rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.is_empty() || is_port(port));
    is_valid.then(|| host.to_ascii_lowercase())
}

/// The names under which a gateway answers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// The host of the issuer, if the issuer is a URL.
    pub fn of(issuer: &str) -> Self {
        let mut hosts = Self::default();
        if let Some(host) = Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)) {
            hosts.add(&host);
        }
        hosts
    }

    /// Adds a name, without a port.
    pub fn add(&mut self, host: &str) {
        self.0.push(host.to_ascii_lowercase());
    }

    /// Whether a host in lower case is one of the names, an address or `localhost`.
    fn answers(&self, host: &str) -> bool {
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || address.parse::<IpAddr>().is_ok() || self.0.iter().any(|name| name == host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn host(uri: &str, headers: &[&'static str]) -> Option<String> {
        let mut request = Request::builder().uri(uri);
        for value in headers {
            request = request.header(header::HOST, *value);
        }
        named(&request.body(Body::empty()).expect("a request"))
    }

    #[test]
    fn exactly_one_host_is_read_and_an_absolute_address_wins() {
        assert_eq!(host("/", &["Waymark.Example:8080"]).as_deref(), Some("waymark.example"));
        assert_eq!(host("/", &["[::1]:8080"]).as_deref(), Some("[::1]"));
        assert_eq!(host("http://waymark.example/", &["evil.example"]).as_deref(), Some("waymark.example"));
        for bad in [&[][..], &["a", "b"], &["a b"], &[""]] {
            assert_eq!(host("/", bad), None, "{bad:?}");
        }
    }

    #[test]
    fn user_information_and_impossible_ports_are_refused() {
        for good in ["localhost", "localhost:", "localhost:0", "localhost:65535"] {
            assert_eq!(host("/", &[good]).as_deref(), Some("localhost"), "{good}");
        }
        for bad in [
            "evil@127.0.0.1",
            "127.0.0.1@127.0.0.1",
            "a:b@localhost:8080",
            "@localhost",
            "localhost:65536",
            "localhost:99999",
            "[::1]:99999",
        ] {
            assert_eq!(host("/", &[bad]), None, "{bad}");
        }
        assert_eq!(host("http://evil@localhost/", &["localhost"]), None);
    }

    #[test]
    fn only_pages_of_allowed_origins_may_change_something() {
        let mut config = GatewayConfig::new("https://waymark.example");
        config.cors_origins.push("https://app.example".to_owned());
        let is_other = |method: &str, origin: &str| {
            let request = Request::builder().method(method).uri("/v1/sandboxes").header(header::ORIGIN, origin);
            is_from_other_origin(&request.body(Body::empty()).expect("a request"), &config)
        };
        for good in ["https://waymark.example", "https://app.example", "http://localhost:5173", "http://127.0.0.1:8080"]
        {
            assert!(!is_other("POST", good), "{good}");
        }
        for bad in ["http://evil.example", "https://app.example.evil.example", "null", ""] {
            assert!(is_other("POST", bad), "{bad}");
            assert!(!is_other("GET", bad), "{bad}");
            let socket = Request::builder().uri("/graphql").header(header::ORIGIN, bad).header("upgrade", "WebSocket");
            let socket = socket.body(Body::empty()).expect("a request");
            assert!(is_from_other_origin(&socket, &config), "a WebSocket of {bad}");
        }
    }

    #[test]
    fn only_given_names_and_addresses_are_answered() {
        let mut hosts = Hosts::of("https://Waymark.example:8443");
        hosts.add("gateway");
        for good in ["waymark.example", "gateway", "localhost", "127.0.0.1", "[::1]", "192.0.2.1"] {
            assert!(hosts.answers(good), "{good}");
        }
        for bad in ["evil.example", "waymark.example.evil.example", "localhost.evil.example", "xwaymark.example", ""] {
            assert!(!hosts.answers(bad), "{bad}");
        }
    }
}
