//! A complete system for one test: node, indexer, Postgres and gateway. Invariant: nothing is mocked. Each test has its
//! own database and folder.

use axum::{Router, body::Body};
use chain_node::{Node, NodeConfig};
use chain_types::{
    ChainParameters, Genesis, PROTOCOL_VERSION, SecretKey,
    id::{Epoch, TimestampMs},
    validator::{Validator, ValidatorSet},
};
use gateway::{
    config::GatewayConfig,
    ledger::NodeBlocks,
    provenance::subscription::Subscriptions,
    router,
    serve::{self, ServeLimits},
    state::{Gateway, GatewayParts},
    submit::{Submitter, SubmitterConfig},
    tenant::{Provisioned, issue_operator_key},
    tenant_id::TenantId,
    vault::{Keyring, Vault},
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use indexer::{
    follow::{Indexer, IndexerConfig, IndexerHandle},
    pool::service_pool,
    source::{BlockSource, KeyVault},
    testing::TestDatabase,
};
use serde_json::Value;
use sqlx::PgPool;
use std::{net::SocketAddr, sync::Arc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// The maximum size of a response that a test reads, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The running system.
pub(crate) struct World {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) router: Router,
    pub(crate) operator: Provisioned,
    pub(crate) database: TestDatabase,
    /// The connections of the gateway's own services.
    pub(crate) services: PgPool,
    /// Delivers to EPCIS subscribers.
    pub(crate) subscriptions: Subscriptions,
    _indexer: IndexerHandle,
    node: Option<Node>,
    _files: TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        // The node's threads must end first: the end of the process destroys statics of the store that they use.
        let stopped = self.node.take().map(Node::stop);
        if !std::thread::panicking() {
            stopped.transpose().expect("the node stops");
        }
    }
}

/// Differences from the default setup.
pub(crate) struct Setting {
    pub(crate) config: GatewayConfig,
    pub(crate) connections_max: Option<u32>,
}

impl Default for Setting {
    fn default() -> Self {
        Self { config: GatewayConfig::new("http://waymark.test"), connections_max: None }
    }
}

impl World {
    /// Starts the default setup: two shards, default limits.
    pub(crate) async fn start() -> Self {
        Self::start_with(Setting::default()).await
    }

    pub(crate) async fn start_with(setting: Setting) -> Self {
        let files = tempfile::tempdir().expect("a temporary folder");
        let database = TestDatabase::create().await;
        let (validator, operator) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        let genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "test".to_owned(),
            timestamp_ms: TimestampMs(1),
            salt: [3; 16],
            shards: 2,
            operator: operator.public_key(),
            parameters: ChainParameters::default(),
            validators: ValidatorSet {
                epoch: Epoch(0),
                validators: vec![Validator { key: validator.public_key(), weight: 1 }],
            },
            beacon: None,
        };
        let node = Node::start(NodeConfig::alone(files.path().join("chain"), genesis, [1; 32].into())).await;
        let node = node.unwrap_or_else(|error| panic!("the node starts: {error}"));
        let vault = Arc::new(Vault::new(Keyring::parse(&"07".repeat(32)).expect("a keyring")));
        let mut pool = database.app_pool().await;
        if let Some(connections_max) = setting.connections_max {
            let options = pool.options().clone().max_connections(connections_max);
            pool = options.connect_lazy_with(pool.connect_options().as_ref().clone());
        }
        let source: Arc<dyn BlockSource> = Arc::new(NodeBlocks(node.handle()));
        let keys: Arc<dyn KeyVault> = Arc::clone(&vault) as _;
        let indexer = Indexer::start(IndexerConfig::default(), &database.indexer_pool().await, &source, &keys);
        let services = service_pool(&database.url()).await.expect("the test server answers");
        let submitter = Submitter::start(SubmitterConfig {
            pool: services.clone(),
            node: node.handle(),
            index: indexer.progress(),
            vault: Arc::clone(&vault),
            operator: Some(operator),
        });
        let parts = GatewayParts {
            pool,
            node: node.handle(),
            index: indexer.progress(),
            vault,
            submitter,
            config: setting.config,
        };
        let gateway = Gateway::open(parts).await.expect("the gateway opens");
        let operator = issue_operator_key(&gateway).await.map_err(|error| error.code().name).expect("an operator key");
        let router = router::build(Arc::clone(&gateway));
        let subscriptions = Subscriptions::start(&gateway);
        let node = Some(node);
        Self { gateway, router, operator, database, services, subscriptions, _indexer: indexer, node, _files: files }
    }

    /// Creates a tenant in test mode with an owner's key through the API.
    pub(crate) async fn tenant(&self, name: &str) -> Account {
        self.tenant_in(name, "test").await
    }

    /// Creates a tenant in production with an owner's key through the API.
    pub(crate) async fn live_tenant(&self, name: &str) -> Account {
        self.tenant_in(name, "live").await
    }

    async fn tenant_in(&self, name: &str, mode: &str) -> Account {
        let body = serde_json::json!({ "name": name, "mode": mode });
        let answer = self.post("/v1/tenants", &self.operator.client_secret, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let made = answer.json();
        Account {
            tenant: made["tenant"]["id"].as_str().and_then(|id| id.parse().ok()).expect("a tenant id"),
            client_id: made["api_key"]["client_id"].as_str().expect("a client id").to_owned(),
            secret: made["api_key"]["secret"].as_str().expect("a secret").to_owned(),
        }
    }

    /// Creates an API key of an account with the given scopes.
    pub(crate) async fn key(&self, account: &Account, scopes: &[&str]) -> Account {
        let body = serde_json::json!({ "name": "narrow", "scopes": scopes });
        let answer = self.post("/v1/api-keys", &account.secret, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let made = answer.json();
        Account {
            tenant: account.tenant,
            client_id: made["client_id"].as_str().expect("a client id").to_owned(),
            secret: made["secret"].as_str().expect("a secret").to_owned(),
        }
    }

    /// Gets a token of an account from `/oauth/token`.
    pub(crate) async fn token(&self, account: &Account) -> String {
        let form =
            format!("grant_type=client_credentials&client_id={}&client_secret={}", account.client_id, account.secret);
        let answer = self.send(form_request(&form)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["access_token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn get(&self, path: &str, bearer: &str) -> Answer {
        self.send(request(Method::GET, path, Some(bearer), None)).await
    }

    pub(crate) async fn post(&self, path: &str, bearer: &str, body: &Value) -> Answer {
        self.send(request(Method::POST, path, Some(bearer), Some(body))).await
    }

    pub(crate) async fn delete(&self, path: &str, bearer: &str) -> Answer {
        self.send(request(Method::DELETE, path, Some(bearer), None)).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, ANSWER_BYTES_MAX).await.expect("the answer is read");
        Answer { status: parts.status, headers: parts.headers, body: body.to_vec() }
    }

    /// Sends a request and reads the body of a refusal only: some answers, such as streams, do not end.
    pub(crate) async fn send_head(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let body = if parts.status.is_success() {
            Vec::new()
        } else {
            axum::body::to_bytes(body, ANSWER_BYTES_MAX).await.expect("the answer is read").to_vec()
        };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Serves on a free port of the loopback interface until the returned value is dropped.
    pub(crate) async fn serve(&self, limits: ServeLimits) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve::serve(listener, self.router.clone(), limits, shutdown.clone()));
        Served { address, shutdown, task }
    }
}

/// A tenant and one of its keys.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) tenant: TenantId,
    pub(crate) client_id: String,
    pub(crate) secret: String,
}

impl Account {
    /// The id of the key.
    pub(crate) fn key_id(&self) -> uuid::Uuid {
        gateway::auth::credential::parse_client_id(&self.client_id).expect("a client id").1
    }
}

/// A server of one test.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// A response that was read completely.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem; `None` for other responses.
    pub(crate) fn problem_code(&self) -> Option<String> {
        let problem: Value = serde_json::from_slice(&self.body).ok()?;
        problem["code"].as_str().map(str::to_owned)
    }

    /// Checks that the response is a well-formed problem with this status and code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!((self.status.as_u16(), problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["trace_id"].as_str().map(str::len), Some(32), "{problem}");
    }
}

pub(crate) fn request(method: Method, path: &str, bearer: Option<&str>, body: Option<&Value>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(bearer) = bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
    }
    let body = match body {
        Some(json) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(json.to_string())
        }
        None => Body::empty(),
    };
    request.body(body).expect("a request")
}

pub(crate) fn form_request(form: &str) -> Request<Body> {
    Request::post("/oauth/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .expect("a request")
}
