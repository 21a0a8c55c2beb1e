//! Four validators in one process form a quorum on one machine. Three or four of them certify each event, its evidence
//! shows that, and after a restart the same four continue.

use crate::{api::Api, command::run, folder::Folder, instance::Instance, poll::until};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path};

const VALIDATORS: usize = 4;

/// A document with one event with this id.
pub(crate) fn document(id: &str) -> String {
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument",
        "schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[
        {{"type":"ObjectEvent","eventID":"{id}","action":"OBSERVE","eventTime":"2026-01-01T00:00:00Z",
        "eventTimeZoneOffset":"+00:00","epcList":["https://id.gs1.org/01/09521141012345/21/2017"]}}]}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_in_one_process_form_a_quorum_and_survive_a_restart() {
    let folder = Folder::new();
    let first = Instance::start_with(&folder.data(), &["--validators", "4"]).await;
    let api = first.sign_in().await;
    assert!(api.capture(document("urn:uuid:before")).await.is_captured());
    is_signed_by_a_quorum(&folder, &api, "urn:uuid:before").await;
    let network = connected(&api).await;
    let keys = keys(&network);
    assert_eq!(keys.len(), VALIDATORS, "{network}");
    assert!(signers(&network).is_subset(&keys), "{network}");
    is_bonded(&network, &keys);
    is_its_own_ledger(&folder.data());
    first.stop().await;

    let second = Instance::start(&folder.data()).await;
    let api = second.sign_in().await;
    is_signed_by_a_quorum(&folder, &api, "urn:uuid:before").await;
    assert!(api.capture(document("urn:uuid:after")).await.is_captured());
    is_signed_by_a_quorum(&folder, &api, "urn:uuid:after").await;
    let network = connected(&api).await;
    assert_eq!(self::keys(&network), keys, "the same validators");
    assert_eq!(network["accusations"], json!([]), "no validator equivocates after a restart");
    second.stop().await;

    let data = folder.data();
    let other = ["up", "--validators", "3", "--listen", "127.0.0.1:0", "--data"].map(str::as_ref);
    let refused = run(other.into_iter().chain([data.as_os_str()]));
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("--validators 4"), "{refused:?}");
}

/// Asserts what a verifier finds in an event's evidence.
async fn is_signed_by_a_quorum(folder: &Folder, api: &Api, event: &str) {
    let bundle = folder.write("bundle.json", &api.evidence(event).await);
    let outcome = run(["verify".as_ref(), "--json".as_ref(), bundle.as_os_str()]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(crate::testnet::signed_by_a_quorum_of_four(&outcome.json()), "{outcome:?}");
}

/// The API's view of the network, once all validators are connected.
async fn connected(api: &Api) -> Value {
    until("the validators' connections", async || {
        let network = api.get("/v1/ledger/network").await.json();
        let peers = network["peers"].as_array().expect("peers").clone();
        let is_whole = peers.len() == VALIDATORS - 1 && peers.iter().all(|peer| !peer["connected_since"].is_null());
        is_whole.then_some(network)
    })
    .await
}

/// Asserts that the beacon's validators are the same four, each with a bond, a seat and a place in the league of the
/// first epoch.
fn is_bonded(network: &Value, keys: &BTreeSet<String>) {
    let bonded = network["beacon"]["validators"].as_array().expect("validators");
    assert_eq!(&names(bonded), keys, "{network}");
    for one in bonded {
        assert_eq!((&one["status"], &one["in_league"]), (&json!("active"), &json!(true)), "{one}");
        assert!(one["bond"].as_str().and_then(|bond| bond.parse::<u64>().ok()) > Some(0), "{one}");
    }
}

fn keys(network: &Value) -> BTreeSet<String> {
    names(network["validators"].as_array().expect("validators"))
}

/// The signers of the newest block of each shard: three or four each.
fn signers(network: &Value) -> BTreeSet<String> {
    let shards = network["shards"].as_array().expect("shards").iter();
    let begun: Vec<_> = shards.filter(|shard| shard["height"] != 0).collect();
    assert!(!begun.is_empty(), "{network}");
    let signers = begun.iter().map(|shard| shard["signers"].as_array().expect("signers"));
    signers
        .inspect(|signers| assert!((3..=4).contains(&signers.len()), "{signers:?}"))
        .flat_map(|all| names(all))
        .collect()
}

fn names(members: &[Value]) -> BTreeSet<String> {
    members.iter().map(|member| member["key"].as_str().expect("a key").to_owned()).collect()
}

/// Asserts that each local validator has its own key and ledger.
fn is_its_own_ledger(data: &Path) {
    for index in 1..VALIDATORS {
        let own = data.join("validators").join(index.to_string());
        assert!(own.join("keys/node").exists() && own.join("chain/shard-0/store").exists(), "{}", own.display());
    }
    assert!(!data.join("validators/0").exists(), "the first is the directory's own node");
}
