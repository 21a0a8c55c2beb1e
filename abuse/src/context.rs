//! What an attack knows about the instance under attack. Invariant: everything here came from public interfaces, apart
//! from the follow token, which an operator reads from a file.

use crate::{
    connection::Client,
    http::{Answer, Request},
    tenant::Tenant,
};
use serde::{Deserialize, Serialize};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// The address of the probes of `/livez`.
pub(crate) const OBSERVER: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// The address of attackers without credentials.
pub(crate) const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// The address of a proxy that the instance trusts to name the client's address.
pub(crate) const PROXY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 250);

/// The address of receivers of webhooks. No client connects from it, so none can have their ports.
pub(crate) const RECEIVER: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 3, 1) } else { Ipv4Addr::LOCALHOST };

/// The instance, its tenants, and the length of an attack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Context {
    pub(crate) server: SocketAddr,
    /// The tenant that attacks.
    pub(crate) attacker: Tenant,
    /// The tenant whose latency is measured.
    pub(crate) neighbour: Tenant,
    /// The tenant whose ordinary load is the measure for the neighbour's latency.
    pub(crate) equal: Tenant,
    /// The id of an event of the neighbour.
    pub(crate) neighbour_event: String,
    /// The lot of that event.
    pub(crate) neighbour_lot: String,
    /// The token with which services of the deployment follow the block stream.
    pub(crate) follow_token: String,
    /// Addresses at which receivers of webhooks may listen: the instance allows them.
    pub(crate) receivers: Vec<SocketAddr>,
    /// The length of an attack that repeats itself.
    pub(crate) duration: Duration,
}

impl Context {
    /// A client of the attacking tenant's address.
    pub(crate) const fn client(&self) -> Client {
        Client::new(self.server, self.attacker.source)
    }

    /// Sends one request with the attacking tenant's token over a new connection.
    pub(crate) async fn send(&self, request: Request) -> anyhow::Result<Answer> {
        self.client().send(&request.bearer(&self.attacker.token)).await
    }

    /// Sends one request with the neighbour's token over a new connection.
    pub(crate) async fn send_as_neighbour(&self, request: Request) -> anyhow::Result<Answer> {
        Client::new(self.server, self.neighbour.source).send(&request.bearer(&self.neighbour.token)).await
    }

    /// Sends one request without credentials over a new connection.
    pub(crate) async fn send_as_stranger(&self, request: Request) -> anyhow::Result<Answer> {
        Client::new(self.server, STRANGER).send(&request).await
    }
}
