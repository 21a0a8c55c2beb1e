//! The services of `compose.yaml` start as they are written there, each as its own user, with its own secrets and its
//! own login at Postgres: a tenant captures, queries and gets evidence, also after everything was stopped.

mod deployment;
mod file;
mod host;
mod postgres;
mod rotation;
mod tenant;

use crate::api::Api;
use chain_proof::{Anchor, Verdict, verify};
use deployment::Deployment;
use gateway::serve::DRAIN_MS_MAX;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use std::{fs, os::unix::fs::MetadataExt as _};

const EVENT: &str = "urn:uuid:5d1b4a3e-6a0c-4c55-9c39-9f0c7f0d2a11";
const LATER_EVENT: &str = "urn:uuid:5d1b4a3e-6a0c-4c55-9c39-9f0c7f0d2a12";

fn document(event_id: &str) -> String {
    let event = json!({
        "type": "ObjectEvent", "eventID": event_id, "action": "OBSERVE",
        "eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00",
        "epcList": ["https://id.gs1.org/01/09521141012345/21/2017"],
    });
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": { "eventList": [event] },
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_of_the_file_work_together() {
    let mut deployment = Deployment::new();
    deployment.up().await;
    secrets_are_closed(&deployment);
    logins_are_what_they_should_be(&deployment).await;

    let [client_id, secret] = tenant::make(&deployment).await;
    let api = Api::sign_in(&deployment.url(), &client_id, &secret).await;
    let answer = api.capture(document(EVENT)).await;
    assert!(answer.is_captured(), "{}", answer.text());
    assert_eq!(api.query(&json!({ "EQ_eventID": EVENT })).await.len(), 1);
    let anchor = Anchor::parse(&api.anchor().await).expect("an anchor");
    let report = verify(&api.evidence(EVENT).await, Some(&anchor));
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");

    // A new key-encryption key stands before the old one, which still opens what it sealed.
    deployment.run("secrets", &["secrets", "--folder=/secrets", "add-kek"]).await;
    deployment.stop().await;
    let before = secrets(&deployment);
    deployment.up().await;
    assert_eq!(secrets(&deployment), before, "a second start makes no new secret");
    let api = Api::sign_in(&deployment.url(), &client_id, &secret).await;
    assert_eq!(api.query(&json!({ "EQ_eventID": EVENT })).await.len(), 1);
    assert_eq!(verify(&api.evidence(EVENT).await, Some(&anchor)).verdict, Verdict::Verified);
    assert!(api.capture(document(LATER_EVENT)).await.is_captured());
    assert_eq!(verify(&api.evidence(LATER_EVENT).await, Some(&anchor)).verdict, Verdict::Verified);
    assert!(deployment.is_healthy("indexer").await);
    deployment.stop().await;
}

#[test]
fn each_service_may_take_longer_to_stop_than_its_requests() {
    for service in file::services().iter().filter(|service| service.is_restarted) {
        let needed_s = DRAIN_MS_MAX.div_ceil(1_000) + 10;
        assert!(service.grace_s >= needed_s, "{} gets {} s, {needed_s} are needed", service.name, service.grace_s);
        assert!(service.health.is_some(), "{} has no health check", service.name);
    }
}

/// Every file of a secret: path, owner and content.
fn secrets(deployment: &Deployment) -> Vec<(String, u32, Vec<u8>)> {
    let mut found = Vec::new();
    for service in ["postgres", "migrate", "gateway", "indexer"] {
        let folder = deployment.host.volume(&format!("secrets-{service}"));
        for file in fs::read_dir(&folder).expect("secrets").flatten() {
            let metadata = file.metadata().expect("ours");
            assert_eq!(metadata.mode() & 0o777, 0o400, "{}", file.path().display());
            let name = format!("{service}/{}", file.file_name().to_string_lossy());
            found.push((name, metadata.uid(), fs::read(file.path()).expect("it can be read")));
        }
    }
    found.sort();
    found
}

fn secrets_are_closed(deployment: &Deployment) {
    for (name, owner, _) in secrets(deployment) {
        let (service, _) = name.split_once('/').expect("a service");
        let (uid, _) = deployment.host.user(deployment.service(service));
        assert_eq!(owner, uid, "{name} belongs to the user of its service");
    }
}

/// The password in the file of a service.
fn password(deployment: &Deployment, service: &str, file: &str) -> String {
    let path = deployment.host.volume(&format!("secrets-{service}")).join(file);
    fs::read_to_string(path).expect("a password").trim().to_owned()
}

async fn log_in(deployment: &Deployment, user: &str, password: &str) -> Result<PgConnection, sqlx::Error> {
    let port = deployment.host.port("postgres", 5432);
    indexer::connection::connect(&format!("postgres://{user}:{password}@127.0.0.1:{port}/waymark")).await
}

/// No login of a service may do more than its part, and nobody logs in as the superuser.
async fn logins_are_what_they_should_be(deployment: &Deployment) {
    for (service, login) in [
        ("migrate", "waymark_migrator_login"),
        ("gateway", "waymark_gateway_login"),
        ("indexer", "waymark_indexer_login"),
    ] {
        let own = password(deployment, service, "database-password");
        assert!(log_in(deployment, login, "wrong").await.is_err(), "{login} needs its password");
        let mut session = log_in(deployment, login, &own).await.expect("it logs in with its password");
        let too_much = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
                        FROM pg_roles WHERE rolname = current_user";
        let too_much: bool = sqlx::query_scalar(too_much).fetch_one(&mut session).await.expect("its own row");
        assert!(!too_much, "{login}");
        session.close().await.expect("closed");
    }
    let superuser = password(deployment, "postgres", "superuser-password");
    assert!(log_in(deployment, "postgres", &superuser).await.is_err(), "the superuser has no password any more");
}
