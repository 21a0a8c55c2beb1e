//! Judges whether an address is public. Invariant: an address that embeds another one is public only if both are, and
//! of an unknown block none is.

use super::special::{Block4, Block6, GLOBAL_UNICAST, NAT64, SPECIAL_4, SPECIAL_6};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is globally reachable by unicast, as the registries of IANA say (RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) if contains_6(&NAT64, address) => {
            let [.., a, b, c, d] = address.octets();
            is_public_4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(address) => {
            contains_6(&GLOBAL_UNICAST, address) && !SPECIAL_6.iter().any(|block| contains_6(block, address))
        }
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    !SPECIAL_4.iter().any(|block| contains_4(block, address))
}

fn contains_4((first, prefix, _): &Block4, address: Ipv4Addr) -> bool {
    (first.to_bits() ^ address.to_bits()).leading_zeros() >= *prefix
}

fn contains_6((first, prefix, _): &Block6, address: Ipv6Addr) -> bool {
    (first.to_bits() ^ address.to_bits()).leading_zeros() >= *prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> bool {
        is_public(text.parse().unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    #[test]
    fn the_first_and_the_last_address_of_every_block_are_refused() {
        for (first, prefix, name) in SPECIAL_4 {
            let last = Ipv4Addr::from_bits(first.to_bits() | (u32::MAX >> prefix));
            assert!(!is_public(first.into()) && !is_public(last.into()), "{name}: {first} {last}");
            assert_eq!(first.to_bits() & (u32::MAX >> prefix), 0, "{name} begins at its first address");
        }
        for (first, prefix, name) in SPECIAL_6 {
            let last = Ipv6Addr::from_bits(first.to_bits() | (u128::MAX >> prefix));
            assert!(!is_public(first.into()) && !is_public(last.into()), "{name}: {first} {last}");
            assert_eq!(first.to_bits() & (u128::MAX >> prefix), 0, "{name} begins at its first address");
        }
    }

    #[test]
    fn the_rows_are_the_blocks_that_were_asked_for() {
        for (text, expected) in [
            ("0.0.0.0", "this network"),
            ("0.255.255.255", "this network"),
            ("10.1.2.3", "private use"),
            ("100.64.0.1", "shared address space"),
            ("100.127.255.255", "shared address space"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("169.254.169.254", "link local"),
            ("172.16.0.1", "private use"),
            ("172.31.255.255", "private use"),
            ("192.0.0.8", "protocol assignments"),
            ("192.0.2.1", "documentation"),
            ("192.31.196.1", "AS112"),
            ("192.52.193.1", "AMT"),
            ("192.88.99.1", "6to4"),
            ("192.168.0.1", "private use"),
            ("192.175.48.1", "AS112"),
            ("198.19.255.255", "benchmarking"),
            ("198.51.100.1", "documentation"),
            ("203.0.113.1", "documentation"),
            ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "reserved"),
        ] {
            let address: Ipv4Addr = text.parse().expect(text);
            let found = SPECIAL_4.iter().find(|block| contains_4(block, address)).map(|(_, _, name)| *name);
            assert!(found.is_some_and(|name| name.starts_with(expected)), "{text}: {found:?}");
            assert!(!judged(text), "{text}");
        }
        for (text, expected) in [
            ("::", "IPv4-compatible"),
            ("::1", "IPv4-compatible"),
            ("::127.0.0.1", "IPv4-compatible"),
            ("::8.8.8.8", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "IPv4-mapped"),
            ("::ffff:8.8.8.8", "IPv4-mapped"),
            ("::ffff:0:10.0.0.1", "IPv4-translated"),
            ("64:ff9b:1::a00:1", "NAT64 of a site"),
            ("100::1", "discard only"),
            ("100:0:0:1::1", "dummy prefix"),
            ("200::1", "formerly NSAP"),
            ("2001::7f00:1", "Teredo"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
            ("2001:2::1", "benchmarking"),
            ("2001:10::1", "protocol assignments"),
            ("2001:20::1", "protocol assignments"),
            ("2001:1ff::1", "protocol assignments"),
            ("2001:db8::1", "documentation"),
            ("2002:7f00:1::1", "6to4"),
            ("2002:808:808::1", "6to4"),
            ("2620:4f:8000::1", "AS112"),
            ("3ffe::1", "formerly 6bone"),
            ("3fff:fff::1", "documentation"),
            ("5f00::1", "segment routing"),
            ("fc00::1", "unique local"),
            ("fd00:ec2::254", "unique local"),
            ("fe80::1", "link local"),
            ("fec0::1", "formerly site local"),
            ("ff02::1", "multicast"),
        ] {
            let address: Ipv6Addr = text.parse().expect(text);
            let found = SPECIAL_6.iter().find(|block| contains_6(block, address)).map(|(_, _, name)| *name);
            assert!(found.is_some_and(|name| name.starts_with(expected)), "{text}: {found:?}");
            assert!(!judged(text), "{text}");
        }
    }

    #[test]
    fn what_is_outside_of_the_global_block_is_refused() {
        for text in ["1::1", "400::1", "1fff:ffff::1", "4000::1", "a000::1", "fe00::1", "64:ff9b::1:0:0", "64:ff9a::1"]
        {
            assert!(!judged(text), "{text}");
        }
    }

    #[test]
    fn an_address_behind_nat64_is_judged_by_what_it_embeds() {
        assert!(judged("64:ff9b::8.8.8.8"));
        for text in ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::"] {
            assert!(!judged(text), "{text}");
        }
    }

    #[test]
    fn neighbours_of_the_blocks_are_public() {
        for text in [
            "1.0.0.0",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2000::1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2001:db7:ffff::1",
            "2001:db9::1",
            "2003::1",
            "2620:4f:8001::1",
            "2a00:1450:4001:81b::200e",
            "3fff:1000::1",
        ] {
            assert!(judged(text), "{text}");
        }
    }
}
