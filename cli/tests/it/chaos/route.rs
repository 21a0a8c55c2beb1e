//! Where each member reaches each other one: directly, or over links of the test. Invariant: of two members only the
//! links between them are theirs, one for each direction in which they may dial.

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
    /// Where each validator listens.
    pub(super) listen: Vec<SocketAddr>,
    /// Links by who dials and who is dialed; none when everybody dials directly.
    links: BTreeMap<(usize, usize), Link>,
}

impl Routes {
    /// Members dial each other directly.
    pub(super) fn direct() -> Self {
        let (listen, _) = free_addresses();
        Self { listen, links: BTreeMap::new() }
    }

    /// Members dial links, each validator's own address is known to its links alone.
    pub(super) async fn over_links() -> Self {
        // Held until every link has its port, or a link could get a validator's.
        let (listen, _held) = free_addresses();
        let mut links = BTreeMap::new();
        for from in 0..=GATEWAY {
            for (to, address) in listen.iter().enumerate().filter(|(to, _)| *to != from) {
                links.insert((from, to), Link::open(*address).await);
            }
        }
        Self { listen, links }
    }

    /// Where a member dials a validator.
    pub(super) fn address(&self, from: usize, to: usize) -> SocketAddr {
        self.links.get(&(from, to)).map_or(self.listen[to], |link| link.address)
    }

    /// Cuts every link between these members and the others.
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

/// Loopback addresses that nobody listens on, and what holds them; below the ports that systems give to connections, so
/// that none takes the port of a member that is down.
fn free_addresses() -> (Vec<SocketAddr>, Vec<TcpListener>) {
    let start = 10_000 + u16::try_from(std::process::id() % 10_000).expect("it is small");
    let free = (start..30_000).filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let held: Vec<_> = free.take(VALIDATORS).collect();
    (held.iter().map(|listener| listener.local_addr().expect("it is bound")).collect(), held)
}
