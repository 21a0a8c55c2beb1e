//! What every handler shares. Invariant: built once by the composition root, whole from the start, and shared behind an
//! [`Arc`].

use crate::{
    auth::{KeyStates, TokenIssuer},
    config::GatewayConfig,
    db,
    error::{ApiError, Failure},
    evidence::HandOvers,
    graphql::{self, ApiSchema},
    ledger::network::NetworkView,
    page::CursorSigner,
    processors::Processors,
    rate_limit::{ClientAddress, RateLimit},
    service_secret,
    submit::Submitter,
    tenant_id::TenantId,
    vault::{TenantKeys, Vault},
};
use chain_node::NodeHandle;
use indexer::progress::IndexProgress;
use sqlx::PgPool;
use std::{sync::Arc, time::Instant};
use tokio::sync::Semaphore;

/// What a gateway is made of.
pub struct GatewayParts {
    /// Connections of the role `waymark_app` (`indexer::pool::app_pool`).
    pub pool: PgPool,
    /// The ledger.
    pub node: NodeHandle,
    /// How far the index is.
    pub index: IndexProgress,
    /// Keys under envelope encryption.
    pub vault: Arc<Vault>,
    /// The way into the ledger.
    pub submitter: Arc<Submitter>,
    /// Settings.
    pub config: GatewayConfig,
}

/// The gateway: the state of the router.
pub struct Gateway {
    /// Connections of the role `waymark_app`; use them through [`crate::db::run`].
    pub pool: PgPool,
    /// The ledger.
    pub node: NodeHandle,
    /// How far the index is.
    pub index: IndexProgress,
    /// Keys of tenants and of the gateway, under envelope encryption.
    pub vault: Arc<Vault>,
    /// The way into the ledger.
    pub submitter: Arc<Submitter>,
    /// Room for work that keeps a processor busy.
    pub processors: Processors,
    /// How the validators changed.
    pub hand_overs: HandOvers,
    /// Who keeps the ledger.
    pub network: NetworkView,
    /// Issues and verifies access tokens.
    pub tokens: Arc<TokenIssuer>,
    /// What is true of API keys now.
    pub keys: KeyStates,
    /// Signs paging cursors.
    pub cursors: CursorSigner,
    /// The rate of each tenant.
    pub tenant_rate: RateLimit<TenantId>,
    /// The rate at which an address may try credentials.
    pub address_rate: RateLimit<ClientAddress>,
    /// Room for requests in work.
    pub room: Semaphore,
    /// The GraphQL schema.
    pub schema: ApiSchema,
    /// Settings.
    pub config: GatewayConfig,
    /// When this process began to serve.
    pub started: Instant,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Opens the door: reads (or makes) the keys that sign tokens and cursors.
    ///
    /// # Errors
    /// When the database fails, or holds keys that the vault does not open.
    pub async fn open(parts: GatewayParts) -> Result<Arc<Self>, Failure> {
        let GatewayParts { pool, node, index, vault, submitter, config } = parts;
        let tokens = TokenIssuer::open(pool.clone(), Arc::clone(&vault), &config.issuer, &config.audience).await?;
        let cursors = CursorSigner::new(service_secret::load(&pool, &vault, service_secret::CURSOR).await?);
        Ok(Arc::new(Self {
            keys: KeyStates::new(pool.clone()),
            tenant_rate: RateLimit::new(config.rate),
            address_rate: RateLimit::new(config.address_rate),
            room: Semaphore::new(config.concurrency_max),
            schema: graphql::schema(),
            hand_overs: HandOvers::of(node.genesis()),
            network: NetworkView::new(node.clone(), index.clone(), pool.clone()),
            tokens: Arc::new(tokens),
            started: Instant::now(),
            pool,
            node,
            index,
            vault,
            submitter,
            processors: Processors::default(),
            cursors,
            config,
        }))
    }
    /// A tenant's keys, from memory or from their rows.
    ///
    /// # Errors
    /// A failure of the database, or of ours when the rows do not open.
    pub async fn tenant_keys(&self, tenant: TenantId) -> Result<Arc<TenantKeys>, ApiError> {
        if let Some(keys) = self.vault.open_tenant_keys(tenant) {
            return Ok(keys);
        }
        let vault = Arc::clone(&self.vault);
        db::run(&self.pool, tenant, move |conn| Box::pin(async move { Ok(vault.tenant_keys(conn, tenant).await?) }))
            .await
    }
}
