//! The services as separate processes, as in `compose.yaml`: Postgres, a gateway, and indexers that start and stop.

mod service;

pub(crate) use service::Service;

use crate::{api::Api, command::waymark, folder::Folder, poll::until};
use chain_proof::{Verdict, verify};
use indexer::{
    connection::{self, DatabaseUrls},
    local_postgres::{Durability, LocalPostgres, LocalPostgresConfig},
};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

const FOLLOW_TOKEN: &str = "the deployment's own secret of its block stream";
/// The number of shards of a new chain.
const SHARDS: i64 = 2;

pub(crate) fn event_id(number: u32) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{number:012}")
}

pub(crate) fn document(number: u32) -> String {
    let event = json!({
        "type": "ObjectEvent", "eventID": event_id(number), "action": "OBSERVE",
        "eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00",
        "epcList": [format!("https://id.gs1.org/01/09521141012345/21/{number}")],
    });
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": { "eventList": [event] },
    })
    .to_string()
}

/// The settings of a deployment.
struct Deployment {
    database: DatabaseUrls,
    kek_file: String,
    data: String,
}

impl Deployment {
    async fn gateway(&self) -> (Service, String) {
        let arguments = ["gateway", "--open-sandbox", "--listen", "127.0.0.1:0", "--data", &self.data];
        let (service, line) =
            Service::start(&arguments, &self.environment(&self.database.gateway, None), "gateway serves").await;
        let url = line.split_whitespace().last().expect("its address").to_owned();
        (service, url)
    }

    async fn indexer(&self, url: &str) -> Service {
        Service::start(&["indexer"], &self.environment(&self.database.indexer, Some(url)), "indexer follows").await.0
    }

    fn environment<'s>(&'s self, database: &'s str, follow_url: Option<&'s str>) -> Vec<(&'static str, &'s str)> {
        let mut environment = vec![
            ("DATABASE_URL", database),
            ("WAYMARK_KEK_FILE", &self.kek_file),
            ("WAYMARK_FOLLOW_TOKEN", FOLLOW_TOKEN),
        ];
        environment.extend(follow_url.map(|url| ("WAYMARK_FOLLOW_URL", url)));
        environment
    }
}

/// Creates a sandbox tenant without credentials. Returns its client id and secret.
async fn new_tenant(url: &str) -> [String; 2] {
    let request = reqwest::Client::new().post(format!("{url}/v1/sandboxes")).json(&json!({ "name": "A visitor" }));
    let response = request.send().await.expect("the gateway answers");
    let status = response.status();
    let made: Value = response.json().await.expect("JSON");
    assert!(status.is_success(), "{status}: {made}");
    ["client_id", "secret"]
        .map(|name| made["api_key"][name].as_str().unwrap_or_else(|| panic!("{name} in {made}")).to_owned())
}

async fn is_indexed(api: &Api, number: u32) -> bool {
    !api.query(&json!({ "EQ_eventID": event_id(number) })).await.is_empty()
}

async fn capture(api: &Api, number: u32) {
    let answer = api.capture(document(number)).await;
    assert!(answer.is_captured(), "{number}: {} {}", answer.status, answer.text());
}

/// The number of sessions that hold the lease of a shard.
async fn leases(database: &mut PgConnection) -> i64 {
    // The leases of shards have two numbers. Those of gateways that deliver have one.
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2";
    sqlx::query_scalar(held).fetch_one(database).await.expect("Postgres answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn gateway_and_indexers_run_as_separate_processes() {
    let folder = Folder::new();
    let config = LocalPostgresConfig { data_dir: folder.data(), durability: Durability::None };
    let postgres = LocalPostgres::start(config).await.expect("Postgres starts");
    let text = |name: &str| folder.path(name).to_str().expect("UTF-8").to_owned();
    let database = postgres.urls().clone();
    let deployment = Deployment { database, kek_file: text("kek"), data: text("ledger") };
    // A gateway does not migrate; it says what is missing.
    let mut early = waymark();
    early.args(["gateway", "--listen", "127.0.0.1:0", "--data", &deployment.data]);
    let early = early.envs(deployment.environment(&deployment.database.gateway, None)).output().expect("it runs");
    let said = String::from_utf8_lossy(&early.stderr);
    assert!(early.status.code() == Some(1) && said.contains("run `waymark migrate`"), "{said}");
    let migrated = waymark().args(["migrate", "--database-url", &deployment.database.migrator]).status();
    assert!(migrated.expect("it runs").success());
    let (gateway, url) = deployment.gateway().await;
    let first = deployment.indexer(&url).await;
    let [client_id, secret] = new_tenant(&url).await;
    let api = Api::sign_in(&url, &client_id, &secret).await;
    capture(&api, 1).await;
    let report = verify(&api.evidence(&event_id(1)).await, None);
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");
    let mut database = connection::connect(postgres.administrator_url()).await.expect("Postgres answers");
    assert_eq!(leases(&mut database).await, SHARDS);

    // Without an indexer the ledger still decides. A client that does not wait for the index still gets an answer.
    first.kill().await;
    let unindexed: Vec<u32> = (2..12).collect();
    for number in &unindexed {
        let answer = api.post("/epcis/capture", &[], document(*number)).await.expect("the gateway answers");
        assert_eq!(answer.status, 202, "{}", answer.text());
    }
    let second = deployment.indexer(&url).await;
    for number in &unindexed {
        until("the events captured without an indexer", async || is_indexed(&api, *number).await.then_some(())).await;
    }

    // A second indexer waits: each shard has one writer, and the second takes over when the first has ended.
    let standby = deployment.indexer(&url).await;
    capture(&api, 12).await;
    assert_eq!(leases(&mut database).await, SHARDS);
    second.kill().await;
    capture(&api, 13).await;
    until("the other indexer's lease", async || (leases(&mut database).await == SHARDS).then_some(())).await;
    assert_eq!(api.every_event().await.len(), 13, "every event, once");

    // The gateway restarts with another address and the same tenants.
    standby.stop().await;
    gateway.stop().await;
    let (gateway, url) = deployment.gateway().await;
    let indexer = deployment.indexer(&url).await;
    let api = Api::sign_in(&url, &client_id, &secret).await;
    assert_eq!(api.every_event().await.len(), 13);
    capture(&api, 14).await;
    indexer.stop().await;
    gateway.stop().await;
    database.close().await.expect("closed");
    postgres.stop().await.expect("Postgres stops");
}
