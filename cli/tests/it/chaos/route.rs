//! The addresses by which members reach each other: directly, or over links of the test. Invariant: a link serves one
//! pair of members in one direction of dialing.

use super::{
    link::Link,
    network::{GATEWAY, VALIDATORS},
};
use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
};

/// The addresses of a network.
pub(super) struct Routes {
    /// The listening address of each validator.
    pub(super) listen: Vec<SocketAddr>,
    /// The links by dialing and dialed member; empty when all members dial directly.
    links: BTreeMap<(usize, usize), Link>,
}

impl Routes {
    /// All members dial each other directly.
    pub(super) fn direct() -> Self {
        let (listen, _) = free_addresses();
        Self { listen, links: BTreeMap::new() }
    }

    /// All members dial links. Only the links know a validator's own address.
    pub(super) async fn over_links() -> Self {
        // Held until every link has its port: otherwise a link could get a validator's port.
        let (listen, _held) = free_addresses();
        let mut links = BTreeMap::new();
        for from in 0..=GATEWAY {
            for (to, address) in listen.iter().enumerate().filter(|(to, _)| *to != from) {
                links.insert((from, to), Link::open(*address).await);
            }
        }
        Self { listen, links }
    }

    /// The address at which a member dials a validator.
    pub(super) fn address(&self, from: usize, to: usize) -> SocketAddr {
        self.links.get(&(from, to)).map_or(self.listen[to], |link| link.address)
    }

    /// Cuts every link between these members and all others.
    pub(super) fn cut_off(&self, members: &[usize]) {
        for ((from, to), link) in &self.links {
            link.set_open(members.contains(from) == members.contains(to));
        }
    }

    /// Heals every link.
    pub(super) fn heal(&self) {
        for link in self.links.values() {
            link.set_open(true);
        }
    }
}

/// Free loopback addresses, with the listeners that hold them. The ports are below the ephemeral range, so that no
/// connection takes the port of a stopped member.
fn free_addresses() -> (Vec<SocketAddr>, Vec<TcpListener>) {
    let start = 10_000 + u16::try_from(std::process::id() % 10_000).expect("it is small");
    let free = (start..30_000).filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let held: Vec<_> = free.take(VALIDATORS).collect();
    (held.iter().map(|listener| listener.local_addr().expect("it is bound")).collect(), held)
}
