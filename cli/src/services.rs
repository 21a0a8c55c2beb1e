//! Starts and stops the services of one process: ledger, indexer, gateway and relay. Invariant: the ledger
//! starts before the services that use it and stops after them.

mod index_check;

use crate::{home::Home, ledger::Ledger, terminal::Steps};
use anyhow::Context as _;
use chain_node::{Relay, RelayConfig};
use gateway::{
    DomainServices,
    config::GatewayConfig,
    ledger::NodeBlocks,
    state::{Gateway, GatewayParts},
    submit::{Submitter, SubmitterConfig},
    vault::{Keyring, Vault},
};
use index_check::check_index;
use indexer::{
    connection::DatabaseUrls,
    follow::{Indexer, IndexerConfig, IndexerHandle},
    progress::IndexProgress,
    source::{BlockSource, KeyVault},
};
use std::sync::Arc;

/// The process that fills a gateway's index.
pub enum IndexOf {
    /// An indexer in this process.
    ThisProcess,
    /// An indexer in another process that writes the same database.
    Elsewhere,
}

/// The ledger, the index and the gateway.
pub struct Services {
    pub gateway: Arc<Gateway>,
    domains: DomainServices,
    ledger: Ledger,
    indexer: Option<IndexerHandle>,
    relay: Option<Relay>,
}

impl Services {
    /// Starts the ledger of a data directory, its index and its gateway.
    pub async fn start(
        home: &Home,
        database: &DatabaseUrls,
        keyring: Keyring,
        config: GatewayConfig,
        index: IndexOf,
        steps: &mut Steps,
    ) -> anyhow::Result<Self> {
        let ledger = Ledger::start(home).await?;
        let node = ledger.handle();
        let here = match ledger.local_validators() {
            0 => String::new(),
            others => format!(", {} validators in this process", others + 1),
        };
        steps.done(&format!("ledger runs with {} shards{here}", home.genesis.shards));
        let vault = Arc::new(Vault::new(keyring));
        let pool = indexer::pool::app_pool(&database.gateway).await.context("connecting to the database")?;
        let own_pool = indexer::pool::service_pool(&database.gateway).await.context("connecting to the database")?;
        let delivery_pool = indexer::pool::delivery_pool(&database.gateway).await;
        let delivery_pool = delivery_pool.context("connecting to the database")?;
        indexer::migrate::check(&pool).await.context("checking the schema of the database")?;
        let (progress, indexer) = match index {
            IndexOf::ThisProcess => {
                let pool =
                    indexer::pool::indexer_pool(&database.indexer).await.context("connecting to the database")?;
                let source: Arc<dyn BlockSource> = Arc::new(NodeBlocks(node.clone()));
                let keys: Arc<dyn KeyVault> = Arc::clone(&vault) as _;
                let is_alone = home.members.is_none() && ledger.local_validators() == 0;
                check_index(&database.migrator, &source, &keys, is_alone).await?;
                let handle = Indexer::start(IndexerConfig::default(), &pool, &source, &keys);
                (handle.progress(), Some(handle))
            }
            IndexOf::Elsewhere => {
                let progress = IndexProgress::listen(own_pool.clone(), home.genesis.shards).await;
                (progress.context("listening for the index")?, None)
            }
        };
        let submitter = Submitter::start(SubmitterConfig {
            pool: own_pool,
            node: node.clone(),
            index: progress.clone(),
            vault: Arc::clone(&vault),
            operator: Some(home.operator.clone()),
        });
        // Only the operator's key is admitted on every shard, so a node without that key does not relay.
        let relay = (home.operator.public_key() == home.genesis.operator).then(|| {
            let (operator, progress) = (home.operator.clone(), Some(home.relay()));
            Relay::start(RelayConfig { node: node.clone(), operator, progress })
        });
        let parts = GatewayParts { pool, node, index: progress, vault, submitter, config };
        let gateway = Gateway::open(parts).await.map_err(|error| anyhow::anyhow!("opening the gateway: {error:?}"))?;
        let domains = DomainServices::start(&gateway, delivery_pool);
        steps.done("gateway is open");
        Ok(Self { gateway, domains, ledger, indexer, relay })
    }

    /// Waits until a service has stopped unexpectedly.
    pub async fn failed(&self) -> anyhow::Error {
        match &self.indexer {
            Some(indexer) => anyhow::Error::new(indexer.failed().await).context("the index cannot follow the ledger"),
            None => std::future::pending().await,
        }
    }

    /// Stops everything. Operations under way continue at the next start.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.domains.stop().await;
        self.gateway.submitter.stop().await;
        if let Some(relay) = self.relay {
            relay.stop().await;
        }
        let indexer = match self.indexer {
            Some(indexer) => indexer.stop().await,
            None => Ok(()),
        };
        drop(self.gateway);
        let ledger = tokio::task::spawn_blocking(move || self.ledger.stop()).await?;
        indexer.context("the index could not follow the ledger")?;
        ledger
    }
}
