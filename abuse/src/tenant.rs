//! Tenants of the instance under attack, made through its public API. Invariant: a tenant has its own loopback address
//! as a client, so that limits per address never mix two of them.

use crate::{
    connection::Client,
    http::{Answer, Request},
};
use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

/// The time in which a tenant must be able to sign in again after an attack.
const PATIENCE: Duration = Duration::from_secs(10);

/// A tenant and its credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tenant {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// An access token with all scopes of the tenant.
    pub(crate) token: String,
    /// The loopback address from which it connects.
    pub(crate) source: Ipv4Addr,
}

impl Tenant {
    /// Makes a sandbox tenant and fetches a token for it.
    pub(crate) async fn sign_up(server: SocketAddr, name: &str, source: Ipv4Addr) -> anyhow::Result<Self> {
        let mut client = Client::new(server, source);
        let body = serde_json::json!({ "name": name }).to_string();
        let answer = client.send(&Request::post("/v1/sandboxes", body)).await?;
        ensure!(matches!(answer.status, 201 | 202), "making a sandbox: {} {}", answer.status, answer.code());
        let text = |pointer: &str| {
            answer.json().pointer(pointer).and_then(|value| value.as_str().map(str::to_owned)).context("a credential")
        };
        Self::sign_in(server, text("/api_key/client_id")?, text("/api_key/secret")?, source).await
    }

    /// Fetches a new token, once the rate of the tenant and of its address permits it.
    pub(crate) async fn sign_in_again(&self, server: SocketAddr) -> anyhow::Result<Self> {
        let end = Instant::now() + PATIENCE;
        loop {
            let signed_in =
                Self::sign_in(server, self.client_id.clone(), self.client_secret.clone(), self.source).await;
            if signed_in.is_ok() || Instant::now() > end {
                return signed_in;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Fetches a token for known credentials.
    async fn sign_in(
        server: SocketAddr,
        client_id: String,
        client_secret: String,
        source: Ipv4Addr,
    ) -> anyhow::Result<Self> {
        let answer = Client::new(server, source).send(&Request::token(&client_id, &client_secret)).await?;
        let token = access_token(&answer).with_context(|| format!("signing in: {}", answer.status))?;
        let read = Client::new(server, source).send(&Request::get("/v1/tenant").bearer(&token)).await?;
        ensure!(read.status == 200, "reading its own tenant: {} {}", read.status, read.code());
        Ok(Self { client_id, client_secret, token, source })
    }
}

/// The access token of an answer of `/oauth/token`.
fn access_token(answer: &Answer) -> Option<String> {
    Some(answer.json().get("access_token")?.as_str()?.to_owned())
}
