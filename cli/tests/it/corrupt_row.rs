//! Somebody with access to Postgres changes a row. The evidence still shows the ledger's record, the check names the
//! row, and a rebuild restores it.

use crate::{
    api::Api,
    command::{Outcome, run},
    folder::Folder,
    instance::Instance,
};
use chain_proof::{Anchor, Verdict, verify};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use std::{fs, path::Path};

const TRUTH: &str = "urn:uuid:3f0f9f6e-4f1c-4d3b-9a52-0c7a4f5d8e11";

fn document() -> String {
    let event = |id: &str, second: u32| {
        json!({
            "type": "ObjectEvent", "eventID": id, "action": "OBSERVE", "bizStep": "shipping",
            "eventTime": format!("2026-01-01T00:00:0{second}Z"), "eventTimeZoneOffset": "+00:00",
            "epcList": [format!("https://id.gs1.org/01/09521141012345/21/{second}")],
        })
    };
    let events = [event("urn:uuid:00000000-0000-4000-8000-000000000001", 1), event(TRUTH, 2)];
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": { "eventList": events },
    })
    .to_string()
}

fn rebuild(data: &Path, flags: &[&str]) -> Outcome {
    let command = ["indexer", "rebuild"].iter().chain(flags).map(AsRef::as_ref);
    run(command.chain(["--data".as_ref(), data.as_os_str()]))
}

/// A connection that may write the index, from `running.json`.
async fn owner(data: &Path) -> PgConnection {
    let running = fs::read(data.join("running.json")).expect("it runs");
    let running: Value = serde_json::from_slice(&running).expect("JSON");
    let url = running["database_url"].as_str().expect("the database's address");
    let mut connection = indexer::connection::connect(url).await.expect("Postgres answers");
    sqlx::query("SET ROLE waymark_indexer").execute(&mut connection).await.expect("the owner may take the role");
    connection
}

/// The primary key of the row of an event, column by column.
async fn key(connection: &mut PgConnection, event_id: &str) -> Vec<String> {
    let key = "SELECT ARRAY[tenant_id::text, shard::text, height::text, record_index::text]
               FROM index.provenance_event WHERE event_id = $1";
    sqlx::query_scalar(key).bind(event_id).fetch_one(connection).await.expect("the row is there")
}

async fn proves_the_truth(api: &Api) {
    let anchor = Anchor::parse(&api.anchor().await).expect("an anchor");
    let report = verify(&api.evidence(TRUTH).await, Some(&anchor));
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");
    let record = report.record.expect("the report contains the record");
    let document: Value = serde_json::from_str(record.document.expect("it is disclosed").get()).expect("JSON");
    assert_eq!(document.pointer("/event/bizStep"), Some(&json!("shipping")), "{document}");
}

/// Asserts that the check fails and names the row and its table, as JSON and as text.
fn is_found(data: &Path, key: &[String]) {
    let report = rebuild(data, &["--check", "--json"]);
    assert_eq!(report.code, 1, "{report:?}");
    let report = report.json();
    assert_eq!(report["identical"], false);
    let tables = report["tables"].as_array().expect("tables");
    let different: Vec<_> = tables.iter().filter(|table| !table["first_difference"].is_null()).collect();
    assert_eq!(different.len(), 1, "{report}");
    assert_eq!(different[0]["table"], "provenance_event");
    assert_eq!(different[0]["first_difference"], key.join("\t"));
    let outcome = rebuild(data, &["--check"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let line = outcome.stdout.lines().find(|line| line.contains("differs")).expect("a line of the table");
    assert!(line.contains("provenance_event") && line.contains(&key.join(", ")), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_changes_no_proof_and_is_found_and_rebuilt() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    let api = instance.sign_in().await;
    let answer = api.capture(document()).await;
    assert!(answer.is_captured(), "{}", answer.text());
    let events = api.every_event().await;
    assert_eq!(rebuild(&data, &["--check"]).code, 0);

    let mut owner = owner(&data).await;
    let key = key(&mut owner, TRUTH).await;
    let forged = "UPDATE index.provenance_event SET biz_step = 'receiving' WHERE event_id = $1";
    sqlx::query(forged).bind(TRUTH).execute(&mut owner).await.expect("forged");
    proves_the_truth(&api).await;
    is_found(&data, &key);

    let forged = "UPDATE index.provenance_event SET document = replace(document, 'shipping', 'receiving')
                  WHERE event_id = $1";
    sqlx::query(forged).bind(TRUTH).execute(&mut owner).await.expect("forged");
    owner.close().await.expect("closed");
    assert_ne!(api.every_event().await, events, "the index is outside the trust boundary");
    proves_the_truth(&api).await;
    is_found(&data, &key);

    let refused = rebuild(&data, &[]);
    assert_eq!(refused.code, 1, "not while an indexer writes: {refused:?}");
    instance.stop().await;
    is_found(&data, &key);
    let rebuilt = rebuild(&data, &["--json"]);
    assert_eq!((rebuilt.code, &rebuilt.json()["rebuilt"]), (0, &json!(true)), "{rebuilt:?}");
    assert_eq!(rebuild(&data, &["--check"]).code, 0);

    let instance = Instance::start(&data).await;
    assert_eq!(instance.sign_in().await.every_event().await, events);
    instance.stop().await;
}
