//! Whether a request comes from a browser or program on this machine, for what is open to local callers only.
//! Invariant: a page of another site that resolves its own name to this machine (DNS rebinding), and a caller behind a
//! proxy, do not count as local.

use http::{HeaderMap, HeaderName, Uri, header, uri::Authority};
use std::net::IpAddr;

/// Headers that a proxy adds.
const PROXIED: [HeaderName; 6] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// Whether the request names this machine by a loopback address or `localhost`, comes from no page of another site, and
/// passed no proxy that says so. The connection itself is checked by listening on a loopback address only.
pub(super) fn is_local(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next(), uri.authority()) {
        (Some(host), None, _) => host.to_str().ok().and_then(|host| host.parse().ok()),
        (None, _, Some(authority)) => Some(authority.clone()),
        _ => None,
    };
    let is_from_here = match headers.get(header::ORIGIN).map(|origin| origin.to_str()) {
        None => true,
        Some(Ok(origin)) => origin.parse::<Uri>().is_ok_and(|origin| origin.authority().is_some_and(is_loopback)),
        Some(Err(_)) => false,
    };
    host.as_ref().is_some_and(is_loopback) && is_from_here && !PROXIED.iter().any(|name| headers.contains_key(name))
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn local(uri: &str, headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::try_from(*value).expect("a header"));
        }
        is_local(&uri.parse().expect("a URI"), &map)
    }

    #[test]
    fn only_this_machine_under_its_own_name_is_local() {
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.9.9.9"] {
            assert!(local("/", &[("host", host)]), "{host}");
            let origin = format!("http://{host}");
            assert!(local("/", &[("host", host), ("origin", &origin)]), "{origin}");
        }
        assert!(local("http://localhost:8080/", &[]), "HTTP/2 names the host in the address");
        for host in ["evil.example", "evil.example:8080", "192.168.0.7", "127.0.0.1.evil.example", "localhost.evil", ""]
        {
            assert!(!local("/", &[("host", host)]), "{host}");
        }
        assert!(!local("/", &[]));
        assert!(!local("/", &[("host", "localhost"), ("host", "evil.example")]));
        for origin in ["http://evil.example", "null", "https://localhost.evil.example"] {
            assert!(!local("/", &[("host", "localhost"), ("origin", origin)]), "{origin}");
        }
        for proxied in ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"] {
            assert!(!local("/", &[("host", "localhost"), (proxied, "x")]), "{proxied}");
        }
    }
}
