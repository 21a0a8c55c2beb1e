//! A complete system in one process: Postgres, a chain of one validator and two shards, indexer, submitter and gateway.
//! Invariant: nothing is mocked, and each test has its own system.

use axum::{Router, body::Body};
use chain_node::{Node, NodeConfig, NodeHandle};
use chain_types::{
    ChainParameters, Genesis, PROTOCOL_VERSION, SecretKey, TimestampMs,
    beacon::{GenesisValidator, Parameters},
    genesis::GenesisBeacon,
    validator::{Validator, ValidatorSet},
};
use gateway::{
    auth::credential::Mode,
    config::GatewayConfig,
    ledger::{FollowToken, NodeBlocks},
    router,
    state::{Gateway, GatewayParts},
    submit::{Submitter, SubmitterConfig},
    tenant::{self, NewTenant, Provisioned},
    tenant_id::TenantId,
    vault::{Keyring, Vault},
};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use indexer::{
    follow::{Indexer, IndexerConfig, IndexerHandle},
    source::{BlockSource, KeyVault},
    testing::TestDatabase,
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// The key-encryption key of all tests.
pub(crate) const KEK: &str = "1111111111111111111111111111111111111111111111111111111111111111";

/// The secret of the block stream.
pub(crate) const FOLLOW_SECRET: &str = "a secret of the deployment";

/// A running system with one tenant.
pub(crate) struct Stack {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) node: NodeHandle,
    pub(crate) database: TestDatabase,
    pub(crate) vault: Arc<Vault>,
    pub(crate) tenant: Client,
    router: Router,
    indexer: Option<IndexerHandle>,
    running: RunningNode,
    folder: TempDir,
}

/// A node that is stopped before the process ends: its threads must not outlive statics of the store that they use.
struct RunningNode(Option<Node>);

impl Drop for RunningNode {
    fn drop(&mut self) {
        if let Some(node) = self.0.take() {
            node.stop().expect("the node stops");
        }
    }
}

/// The chain operator's key.
pub(crate) fn operator() -> SecretKey {
    SecretKey::from_seed(&[2; 32])
}

/// The seed of the validator's key.
const VALIDATOR: [u8; 32] = [1; 32];
/// The bond of the validator in [`with_beacon`], in native units.
pub(crate) const BOND: u64 = 100_000_000_000;

pub(crate) fn validator() -> SecretKey {
    SecretKey::from_seed(&VALIDATOR)
}

/// The default chain with a beacon: epochs of at least two blocks, and half the bond slashed for equivocation.
pub(crate) fn with_beacon() -> Genesis {
    let mut parameters = Parameters {
        epoch_blocks: 2,
        epoch_ms_min: 0,
        evidence_ms_min: 0,
        dealing_blocks: 1,
        ..Parameters::consortium(2)
    };
    parameters.slash.equivocation = 500;
    let key = validator().public_key();
    let randomness_key = chain_node::randomness_key(&VALIDATOR).public();
    let bonded = GenesisValidator {
        operator: chain_types::TenantId([5; 16]),
        key,
        network_key: key,
        randomness_key,
        bond: BOND,
    };
    let mut genesis = genesis();
    genesis.validators.validators = vec![Validator { key, weight: BOND }];
    genesis.beacon = Some(GenesisBeacon { parameters, validators: vec![bonded] });
    genesis
}

fn genesis() -> Genesis {
    let validator = validator();
    Genesis {
        version: PROTOCOL_VERSION,
        name: "test".to_owned(),
        timestamp_ms: TimestampMs(1_700_000_000_000),
        salt: [3; 16],
        shards: 2,
        operator: operator().public_key(),
        parameters: ChainParameters::default(),
        validators: ValidatorSet {
            epoch: chain_types::Epoch(0),
            validators: vec![Validator { key: validator.public_key(), weight: 1 }],
        },
        beacon: None,
    }
}

impl Stack {
    /// Starts the default chain and creates a tenant.
    pub(crate) async fn start() -> Self {
        Self::start_on(genesis()).await
    }

    /// Starts a chain with this genesis document and creates a tenant.
    pub(crate) async fn start_on(genesis: Genesis) -> Self {
        let folder = TempDir::new().expect("a folder");
        let database = TestDatabase::create().await;
        Self::assemble(folder, database, genesis, None, KEK).await
    }

    async fn assemble(
        folder: TempDir,
        database: TestDatabase,
        genesis: Genesis,
        tenant: Option<Client>,
        kek: &str,
    ) -> Self {
        let config = NodeConfig::alone(folder.path().to_owned(), genesis, VALIDATOR.into());
        let running = Node::start(config).await.expect("the node starts");
        let node = running.handle();
        let vault = Arc::new(Vault::new(Keyring::parse(kek).expect("a key")));
        let source: Arc<dyn BlockSource> = Arc::new(NodeBlocks(node.clone()));
        let keys: Arc<dyn KeyVault> = vault.clone();
        let indexer = Indexer::start(IndexerConfig::default(), &database.indexer_pool().await, &source, &keys);
        let pool = database.app_pool().await;
        let submitter = Submitter::start(SubmitterConfig {
            pool: pool.clone(),
            node: node.clone(),
            index: indexer.progress(),
            vault: Arc::clone(&vault),
            operator: Some(operator()),
        });
        let mut config = GatewayConfig::new("https://gateway.test");
        config.follow_token = Some(FollowToken::new(FOLLOW_SECRET));
        let parts = GatewayParts {
            pool,
            node: node.clone(),
            index: indexer.progress(),
            vault: Arc::clone(&vault),
            submitter,
            config,
        };
        let gateway = Gateway::open(parts).await.expect("the gateway opens");
        let router = router::build(Arc::clone(&gateway));
        let tenant = match tenant {
            Some(tenant) => tenant,
            None => provision(&gateway, "first").await,
        };
        let (indexer, running) = (Some(indexer), RunningNode(Some(running)));
        Self { gateway, node, database, vault, tenant, router, indexer, running, folder }
    }

    /// Stops everything and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(KEK).await
    }

    /// The same with another key-encryption key.
    pub(crate) async fn restart_with(self, kek: &str) -> Self {
        let genesis = Genesis::clone(self.node.genesis());
        let (folder, database, tenant) = self.stop().await;
        Self::assemble(folder, database, genesis, Some(tenant), kek).await
    }

    async fn stop(mut self) -> (TempDir, TestDatabase, Client) {
        self.gateway.submitter.stop().await;
        if let Some(indexer) = self.indexer.take() {
            indexer.stop().await.expect("the indexer stops without an error");
        }
        let running = self.running;
        tokio::task::spawn_blocking(move || drop(running)).await.expect("the node stops");
        (self.folder, self.database, self.tenant)
    }

    /// Creates another tenant.
    pub(crate) async fn another_tenant(&self) -> Client {
        provision(&self.gateway, "other").await
    }

    /// Sends a request as the stack's tenant.
    pub(crate) async fn send(&self, method: Method, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send_as(Some(&self.tenant), method, uri, headers, body).await
    }

    /// Sends a request as a tenant, or without credentials.
    pub(crate) async fn send_as(
        &self,
        client: Option<&Client>,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(client) = client {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", client.secret));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: body.to_vec() }
    }

    /// Sends a GET request as the stack's tenant, for events as they were captured.
    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, &[("gs1-epc-format", "Never_Translates")], b"").await
    }

    /// Captures a document and waits until it is decided and indexed.
    pub(crate) async fn capture(&self, document: &[u8]) -> Answer {
        let headers = [("content-type", "application/json"), ("prefer", "wait=20")];
        self.send(Method::POST, "/epcis/capture", &headers, document).await
    }

    /// Runs a GraphQL query; panics on errors.
    pub(crate) async fn graphql(&self, query: &str) -> Value {
        let body = serde_json::json!({ "query": query }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self.send(Method::POST, "/graphql", &headers, body.as_bytes()).await.json();
        assert_eq!(answer.get("errors"), None, "{query}: {answer}");
        answer["data"].clone()
    }

    /// The number of the tenant's capture operations.
    pub(crate) async fn operation_count(&self) -> usize {
        let answer = self.get("/v1/operations?limit=500").await.json();
        answer["items"].as_array().expect("a list").iter().filter(|it| it["kind"] == "provenance.capture").count()
    }
}

async fn provision(gateway: &Arc<Gateway>, name: &str) -> Client {
    let new = NewTenant { name: name.to_owned(), mode: Mode::Test, owner: None };
    let Provisioned { tenant, client_secret, .. } = tenant::provision(gateway, new).await.expect("a tenant");
    Client { tenant, secret: client_secret.to_string() }
}

/// A tenant and the secret of one of its keys.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) tenant: TenantId,
    secret: String,
}

/// A response of the gateway.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The events of an `EPCISQueryDocument`.
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        let events = self.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"].clone();
        events.as_array().expect("a list of events").clone()
    }

    /// Checks that the response is a problem with this status and code, and returns it.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status.as_u16(), problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        problem
    }
}

/// The shared test data: `WAYMARK_DATA`, or `../shared/data` next to the repository.
pub(crate) fn data(path: &str) -> PathBuf {
    let root = std::env::var_os("WAYMARK_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    root.join(path)
}

/// All files below a folder whose name ends in one of `endings`, sorted.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Percent-encodes a path segment completely.
pub(crate) fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A capture document with these events.
pub(crate) fn document(events: &[String]) -> String {
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument",
        "schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{}]}}}}"#,
        events.join(",")
    )
}

/// An observation of one EPC. `extra` are further members and begins with a comma.
pub(crate) fn event(id: &str, extra: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventID":"{id}","action":"OBSERVE","eventTime":"2026-01-01T00:00:00Z",
        "eventTimeZoneOffset":"+00:00","epcList":["urn:epc:id:sgtin:4012345.011111.9876"]{extra}}}"#
    )
}

/// The same as one bare event with its own context.
pub(crate) fn bare_event(id: &str, extra: &str) -> String {
    let context = r#"{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"#;
    event(id, extra).replacen('{', context, 1)
}
