//! The address that a request counts for. Invariant: a header names it only when the peer is a trusted proxy. An IPv6
//! client is its network of 64 bits, because one client has all addresses of it.

use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address at the other end of a connection: a client's or a proxy's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeerAddress(pub IpAddr);

/// The address of a client, as limits count it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client behind an address.
    pub fn new(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
            address @ IpAddr::V4(_) => address,
        })
    }

    /// The client of a request. Requests that did not arrive over a connection share one.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }

    /// The client that a peer speaks for: the peer itself, or, for a trusted proxy, the last address in `Forwarded`
    /// (RFC 7239) or `X-Forwarded-For` that is no trusted proxy. When both headers are present and differ, a client
    /// wrote one of them, so neither counts.
    pub fn behind(peer: PeerAddress, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        let peer = peer.0.to_canonical();
        if !is_trusted(&peer) {
            return Self::new(peer);
        }
        let client_of = |hops: Vec<Option<IpAddr>>| {
            let hop = hops.into_iter().rev().find(|hop| !hop.is_some_and(|hop| is_trusted(&hop)));
            hop.flatten()
        };
        let forwarded = headers.contains_key(header::FORWARDED).then(|| client_of(forwarded(headers)));
        let for_header = headers.contains_key(X_FORWARDED_FOR).then(|| client_of(x_forwarded_for(headers)));
        let client = match (forwarded, for_header) {
            (Some(one), Some(other)) => one.filter(|one| other == Some(*one)),
            (one, other) => one.or(other).flatten(),
        };
        Self::new(client.unwrap_or(peer))
    }
}

/// The hops of all `Forwarded` headers, in order; `None` where a hop is hidden or malformed.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let hop = |element: &str| {
        let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let node = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?.1;
        parse(node.trim().trim_matches('"'))
    };
    elements(headers, &header::FORWARDED).map(hop).collect()
}

fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    elements(headers, &X_FORWARDED_FOR).map(parse).collect()
}

fn elements<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let text = |value: &'h HeaderValue| value.to_str().unwrap_or("").split(',').map(str::trim);
    headers.get_all(name).into_iter().flat_map(text)
}

/// Parses an address with or without brackets and port.
fn parse(node: &str) -> Option<IpAddr> {
    let address = match node.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if node.matches(':').count() == 1 => node.split_once(':')?.0,
        None => node,
    };
    address.parse().map(|address: IpAddr| address.to_canonical()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> ClientAddress {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "2001:db8:1::/48"].map(|network| network.parse().expect("a network")).into();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        ClientAddress::behind(PeerAddress(peer.parse().expect("an address")), &map, &trusted)
    }

    fn address(text: &str) -> ClientAddress {
        ClientAddress::new(text.parse().expect("an address"))
    }

    #[test]
    fn only_a_trusted_proxy_names_its_client() {
        let forged = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9")];
        assert_eq!(client("192.0.2.1", &forged), address("192.0.2.1"));
        assert_eq!(client("10.0.0.1", &forged), address("203.0.113.9"));
        assert_eq!(client("::ffff:10.0.0.1", &forged[..1]), address("203.0.113.9"));
        assert_eq!(client("10.0.0.1", &[]), address("10.0.0.1"));
    }

    #[test]
    fn the_last_hop_that_is_not_trusted_counts() {
        let chain = |value| client("10.0.0.1", &[("x-forwarded-for", value)]);
        assert_eq!(chain("198.51.100.7, 203.0.113.9, 10.2.3.4"), address("203.0.113.9"));
        assert_eq!(chain("10.9.9.9, 10.2.3.4"), address("10.0.0.1"), "proxies only");
        assert_eq!(chain("203.0.113.9, unknown, 10.2.3.4"), address("10.0.0.1"), "a hidden hop");
        let two = [("x-forwarded-for", "198.51.100.7"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(client("10.0.0.1", &two), address("203.0.113.9"));
        let forwarded = |value| client("10.0.0.1", &[("forwarded", value)]);
        assert_eq!(forwarded("for=198.51.100.7, For=\"203.0.113.9:4711\";proto=https"), address("203.0.113.9"));
        assert_eq!(forwarded("for=\"[2001:db8:2::17]:4711\", for=10.1.1.1"), address("2001:db8:2::17"));
        assert_eq!(forwarded("for=_hidden"), address("10.0.0.1"));
        let differ = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=198.51.100.7")];
        assert_eq!(client("10.0.0.1", &differ), address("10.0.0.1"));
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        assert_eq!(address("2001:db8:0:1::1"), address("2001:db8:0:1:ffff::2"));
        assert_ne!(address("2001:db8:0:1::1"), address("2001:db8:0:2::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }
}
