//! Checks the `Host` of requests. Invariant: a page of another site cannot reach this service by a name of its own
//! (DNS rebinding): only names that the operator gave are answered. An address or `localhost` cannot be rebound, so it
//! is answered, too.

use crate::{
    client_address::PeerAddress,
    error::{ApiError, code},
    state::Gateway,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{header, uri::Authority};
use std::{net::IpAddr, sync::Arc};

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
        None => {
            let detail = "Send one `Host` header, as HTTP/1.1 requires.";
            ApiError::new(&code::MALFORMED_HEAD, detail).into_response()
        }
        Some(host) if gateway.config.hosts.answers(&host) => next.run(request).await,
        Some(_) => {
            let detail = "This service does not answer under this name; the operator adds names with `--host`.";
            ApiError::new(&code::WRONG_HOST, detail).into_response()
        }
    }
}

/// The name of the service that a request is for (RFC 9112, section 3.2), without the port.
fn named(request: &Request) -> Option<String> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.host().to_ascii_lowercase());
    }
    let mut values = request.headers().get_all(header::HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let authority: Authority = value.to_str().ok()?.parse().ok()?;
    Some(authority.host().to_ascii_lowercase())
}

/// The names under which a gateway answers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// The host of the issuer, if the issuer is a URL.
    pub fn of(issuer: &str) -> Self {
        let mut hosts = Self::default();
        if let Some(host) = url::Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)) {
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
