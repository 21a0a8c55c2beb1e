//! The blocks of addresses that are not public: the IANA registries of special-purpose addresses (RFC 6890, updated by
//! RFC 8190) of 2025-10-09, and blocks that other registries reserve. Invariant: a block of the registries that is not
//! globally reachable has a row; a block that embeds addresses of IPv4 has one, too, unless `address` judges what it
//! embeds.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A block of IPv4: its first address, the length of its prefix, and its name.
pub(super) type Block4 = (Ipv4Addr, u32, &'static str);
/// A block of IPv6.
pub(super) type Block6 = (Ipv6Addr, u32, &'static str);

const fn v4(address: [u8; 4], prefix: u32, name: &'static str) -> Block4 {
    (Ipv4Addr::from_octets(address), prefix, name)
}

const fn v6(address: [u16; 8], prefix: u32, name: &'static str) -> Block6 {
    (Ipv6Addr::from_segments(address), prefix, name)
}

/// The blocks of IPv4 that are not public.
pub(super) const SPECIAL_4: [Block4; 18] = [
    v4([0, 0, 0, 0], 8, "this network (RFC 791)"),
    v4([10, 0, 0, 0], 8, "private use (RFC 1918)"),
    v4([100, 64, 0, 0], 10, "shared address space of carriers (RFC 6598)"),
    v4([127, 0, 0, 0], 8, "loopback (RFC 1122)"),
    v4([169, 254, 0, 0], 16, "link local (RFC 3927), metadata of clouds"),
    v4([172, 16, 0, 0], 12, "private use (RFC 1918)"),
    v4([192, 0, 0, 0], 24, "protocol assignments (RFC 6890)"),
    v4([192, 0, 2, 0], 24, "documentation (RFC 5737)"),
    v4([192, 31, 196, 0], 24, "AS112 (RFC 7535)"),
    v4([192, 52, 193, 0], 24, "AMT (RFC 7450)"),
    v4([192, 88, 99, 0], 24, "6to4 relays (RFC 7526)"),
    v4([192, 168, 0, 0], 16, "private use (RFC 1918)"),
    v4([192, 175, 48, 0], 24, "AS112 (RFC 7534)"),
    v4([198, 18, 0, 0], 15, "benchmarking (RFC 2544)"),
    v4([198, 51, 100, 0], 24, "documentation (RFC 5737)"),
    v4([203, 0, 113, 0], 24, "documentation (RFC 5737)"),
    v4([224, 0, 0, 0], 4, "multicast (RFC 5771)"),
    v4([240, 0, 0, 0], 4, "reserved (RFC 1112), limited broadcast (RFC 919)"),
];

/// The block of IPv6 that IANA assigns addresses from. Everything outside is special, reserved or multicast.
pub(super) const GLOBAL_UNICAST: Block6 = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3, "global unicast (RFC 4291)");

/// Addresses of IPv4 in IPv6 as NAT64 translates them. They are outside of [`GLOBAL_UNICAST`], and public if the
/// address that they embed is.
pub(super) const NAT64: Block6 = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "NAT64 (RFC 6052)");

/// The blocks of IPv6 that are not public. Those outside of [`GLOBAL_UNICAST`] are here for their names and tests.
pub(super) const SPECIAL_6: [Block6; 20] = [
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, "IPv4-compatible (RFC 4291), unspecified, loopback"),
    v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "IPv4-mapped (RFC 4291)"),
    v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "IPv4-translated (RFC 2765)"),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "NAT64 of a site (RFC 8215)"),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discard only (RFC 6666)"),
    v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64, "dummy prefix (RFC 9780)"),
    v6([0x200, 0, 0, 0, 0, 0, 0, 0], 7, "formerly NSAP (RFC 4048)"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "Teredo (RFC 4380)"),
    v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, "benchmarking (RFC 5180)"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "protocol assignments, ORCHID (RFC 2928, RFC 7343)"),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "documentation (RFC 3849)"),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4 (RFC 3056)"),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "AS112 (RFC 7534)"),
    v6([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16, "formerly 6bone (RFC 3701)"),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "documentation (RFC 9637)"),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "segment routing (RFC 9602)"),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "unique local (RFC 4193)"),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link local (RFC 4291)"),
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "formerly site local (RFC 3879)"),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast (RFC 4291)"),
];
