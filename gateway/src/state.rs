//! The state that all handlers share. Invariant: [`Gateway::open`] builds the complete state once. Handlers share the
//! state behind an [`Arc`].

use crate::{
    auth::{KeyStates, Refusals, TokenIssuer},
    budget::Budgets,
    client_address::ClientAddress,
    config::GatewayConfig,
    db,
    error::{ApiError, Failure},
    event::EventHub,
    evidence::HandOvers,
    graphql::{self, ApiSchema},
    health::HealthCache,
    ledger::network::NetworkView,
    outgoing::Outgoing,
    page::CursorSigner,
    processors::Processors,
    rate_limit::{HourlyLimit, RateLimit},
    service_secret,
    submit::Submitter,
    tenant_id::TenantId,
    vault::{TenantKeys, Vault},
};
use chain_node::NodeHandle;
use indexer::progress::IndexProgress;
use sqlx::PgPool;
use std::{sync::Arc, time::Instant};
use tokio::sync::watch;

/// The parts from which a gateway is built.
pub struct GatewayParts {
    /// Connections with the role `waymark_app` (`indexer::pool::app_pool`).
    pub pool: PgPool,
    /// The node of this process.
    pub node: NodeHandle,
    /// The indexed heights.
    pub index: IndexProgress,
    /// The keys under envelope encryption.
    pub vault: Arc<Vault>,
    /// Submits transactions to the ledger.
    pub submitter: Arc<Submitter>,
    pub config: GatewayConfig,
}

/// The gateway: the state of the router.
pub struct Gateway {
    /// Connections with the role `waymark_app`. Use them through [`crate::db::run`].
    pub pool: PgPool,
    /// The node of this process.
    pub node: NodeHandle,
    /// The indexed heights.
    pub index: IndexProgress,
    /// The keys of tenants and of the gateway, under envelope encryption.
    pub vault: Arc<Vault>,
    /// Submits transactions to the ledger.
    pub submitter: Arc<Submitter>,
    /// Runs CPU-bound work, in turn for all tenants.
    pub processors: Processors,
    /// The changes of validators, for evidence.
    pub hand_overs: HandOvers,
    /// The view of validators and peers.
    pub network: NetworkView,
    /// Issues and verifies access tokens.
    pub tokens: Arc<TokenIssuer>,
    /// The cached states of API keys.
    pub keys: KeyStates,
    /// Signs paging cursors.
    pub cursors: CursorSigner,
    /// The rate limit of each tenant.
    pub tenant_rate: RateLimit<TenantId>,
    /// The rate limit of all sandboxes together.
    pub sandbox_rate: RateLimit<()>,
    /// The limit on new sandboxes.
    pub new_sandboxes: HourlyLimit,
    /// The rate limit of each client address at the public resolver.
    pub resolver_rate: RateLimit<ClientAddress>,
    /// The refused credentials of each client address.
    pub refusals: Refusals,
    /// What `/readyz` and `/metrics` answered last.
    pub health: HealthCache,
    /// Wakes the streams of events.
    pub events: EventHub,
    /// Sends requests to receivers that tenants name.
    pub outgoing: Outgoing,
    /// Tells the deliverer of this process that a request changed webhooks. Those of other processes ask the database.
    pub webhook_changes: watch::Sender<()>,
    /// The same for EPCIS subscriptions.
    pub subscription_changes: watch::Sender<()>,
    /// What all requests share.
    pub budgets: Arc<Budgets>,
    /// The GraphQL schema.
    pub schema: Arc<ApiSchema>,
    pub config: GatewayConfig,
    /// The time at which this process started to serve.
    pub started: Instant,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Builds the gateway; reads or creates the keys that sign tokens and cursors.
    ///
    /// # Errors
    /// A failure of the database, or a stored key that the vault cannot decrypt.
    pub async fn open(parts: GatewayParts) -> Result<Arc<Self>, Failure> {
        let GatewayParts { pool, node, index, vault, submitter, config } = parts;
        let tokens = TokenIssuer::open(pool.clone(), Arc::clone(&vault), &config.issuer, &config.audience).await?;
        let cursors = CursorSigner::new(service_secret::load(&pool, &vault, service_secret::CURSOR).await?);
        let budgets = Arc::new(Budgets::new(&config, pool.options().get_max_connections()));
        Ok(Arc::new(Self {
            keys: KeyStates::new(pool.clone()),
            tenant_rate: RateLimit::new(config.rate),
            sandbox_rate: RateLimit::new(config.sandbox_rate),
            new_sandboxes: HourlyLimit::new(config.sandboxes_per_hour),
            resolver_rate: RateLimit::new(config.resolver_rate),
            refusals: Refusals::new(config.address_rate),
            health: HealthCache::default(),
            processors: Processors::new(budgets.processors.clone()),
            budgets,
            schema: Arc::new(graphql::schema()),
            hand_overs: HandOvers::of(node.genesis()),
            events: EventHub::start(&pool, &index, node.shards()),
            outgoing: Outgoing::of_system(config.webhook_allowed.clone()),
            webhook_changes: watch::Sender::new(()),
            subscription_changes: watch::Sender::new(()),
            network: NetworkView::new(node.clone(), index.clone(), pool.clone()),
            tokens: Arc::new(tokens),
            started: Instant::now(),
            pool,
            node,
            index,
            vault,
            submitter,
            cursors,
            config,
        }))
    }

    /// Returns a tenant's keys, from memory or from the database.
    ///
    /// # Errors
    /// A failure of the database, or an internal failure when the rows cannot be decrypted.
    pub async fn tenant_keys(&self, tenant: TenantId) -> Result<Arc<TenantKeys>, ApiError> {
        if let Some(keys) = self.vault.cached_tenant_keys(tenant) {
            return Ok(keys);
        }
        let vault = Arc::clone(&self.vault);
        db::run(&self.pool, tenant, move |conn| Box::pin(async move { Ok(vault.tenant_keys(conn, tenant).await?) }))
            .await
    }
}
