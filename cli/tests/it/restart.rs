//! An operator stops Waymark and starts it again: all data is unchanged, and other users can read nothing.

use crate::{
    api::{Api, evidence_path},
    command::run,
    folder::Folder,
    instance::{Instance, Ready},
};
use chain_proof::{Anchor, Verdict, verify};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

const DOCUMENT: &str = r#"{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument",
    "schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[
    {"type":"ObjectEvent","eventID":"urn:uuid:0b5a6f5c-9f4e-4d0c-8c8e-1a2b3c4d5e6f","action":"OBSERVE",
     "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
     "epcList":["https://id.gs1.org/01/09521141012345/21/2017"]},
    {"type":"ObjectEvent","action":"OBSERVE","eventTime":"2026-01-01T00:00:01Z","eventTimeZoneOffset":"+00:00",
     "epcList":["https://id.gs1.org/01/09521141012345/21/2018"]}]}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_keeps_everything() {
    let folder = Folder::new();
    let first = Instance::start(&folder.data()).await;
    let api = first.sign_in().await;
    let answer = api.capture(DOCUMENT).await;
    assert!(answer.is_captured(), "{}", answer.text());
    let before = first.ready.clone();
    assert!(before.ready && before.url.starts_with("http://127.0.0.1:"), "{before:?}");
    assert_eq!(Path::new(&before.data), folder.data().canonicalize().expect("it is there"));
    let (events, chain_id) = (api.every_event().await, chain_id_of(&api).await);
    assert_eq!(events.len(), 2);
    let anchor = Anchor::parse(&api.anchor().await).expect("an anchor");
    let bundles = bundles(&events, &api).await;
    is_closed_to_others(&folder.data());
    let running: Value =
        serde_json::from_slice(&fs::read(folder.data().join("running.json")).expect("it runs")).expect("JSON");
    assert_eq!(running["url"], before.url);
    assert_eq!(first.stop().await, "", "one line is printed and no more");
    assert!(!folder.data().join("running.json").exists(), "a stopped process has removed running.json");

    let second = Instance::start(&folder.data()).await;
    let after = &second.ready;
    let credentials =
        |ready: &Ready| [&ready.tenant_id, &ready.client_id, &ready.client_secret, &ready.data].map(String::clone);
    assert_eq!(credentials(after), credentials(&before));
    let api_after = second.sign_in().await;
    assert_eq!(api_after.every_event().await, events);
    assert_eq!(chain_id_of(&api_after).await, chain_id);
    for (event, bundle) in events.iter().zip(&bundles) {
        assert_eq!(
            verify(bundle, Some(&anchor)).verdict,
            Verdict::Verified,
            "evidence from before the restart still verifies"
        );
        let id = event["eventID"].as_str().expect("an id");
        let again = api_after.get(&evidence_path(id)).await;
        assert_eq!(again.status, 200, "{}", again.text());
        assert_eq!(verify(&again.body, Some(&anchor)).verdict, Verdict::Verified);
    }
    let busy = run([
        "up".as_ref(),
        "--json".as_ref(),
        "--listen".as_ref(),
        "127.0.0.1:0".as_ref(),
        "--data".as_ref(),
        folder.data().as_os_str(),
    ]);
    assert_eq!((busy.code, &*busy.stdout), (1, ""), "two instances never share a data directory: {busy:?}");
    assert_eq!(api_after.every_event().await, events, "the running instance is not affected");
    second.stop().await;
}

async fn bundles(events: &[Value], api: &Api) -> Vec<bytes::Bytes> {
    let mut bundles = Vec::new();
    for event in events {
        bundles.push(api.evidence(event["eventID"].as_str().expect("an id")).await);
    }
    bundles
}

async fn chain_id_of(api: &Api) -> String {
    let status = api.get("/v1/ledger/status").await.json();
    let id = status["chain_id"].as_str().expect("a chain id");
    assert_eq!(id.len(), 64, "{status}");
    id.to_owned()
}

/// Asserts that other users may traverse the data directory, because Postgres may run as one, and can read nothing in
/// it.
fn is_closed_to_others(data: &Path) {
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(data), 0o711);
    for entry in fs::read_dir(data).expect("ours") {
        let path = entry.expect("ours").path();
        assert_eq!(mode(&path) & 0o077, 0, "{} is open to others", path.display());
    }
}
