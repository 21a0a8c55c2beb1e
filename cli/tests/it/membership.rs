//! An organisation joins a running network with the commands of the manual, without a restart. The members allow its
//! node, the operator admits it, and it registers and gets a seat. Evidence verifies across the change and needs the
//! newcomer's signature after another validator is killed. Finally the newcomer leaves and gets its bond back, and the
//! whole supply is there.

use crate::{
    api::Api,
    command::{Outcome, run},
    folder::{Folder, send_signal},
    poll::until,
    testnet::{Ready, document, start, stop},
};
use serde_json::Value;
use std::{ffi::OsStr, path::Path};

/// The default bond that the operator grants, in native units.
const BOND: u64 = 100_000_000_000;

/// Runs a command on a data directory.
fn waymark_on(data: &Path, arguments: &[&str]) -> Outcome {
    run(arguments.iter().map(OsStr::new).chain(["--data".as_ref(), data.as_os_str()]))
}

/// Runs a command on a data directory and asserts success. Returns its output.
fn waymark_succeeds(data: &Path, arguments: &[&str]) -> String {
    let outcome = waymark_on(data, arguments);
    assert_eq!(outcome.code, 0, "{arguments:?}: {outcome:?}");
    outcome.stdout
}

/// Runs a command on a data directory and asserts that it fails with this reason.
fn assert_refused(data: &Path, arguments: &[&str], why: &str) {
    let outcome = waymark_on(data, arguments);
    assert!(outcome.code == 1 && outcome.stderr.contains(why), "{arguments:?}: {outcome:?}");
}

fn status(data: &Path) -> Value {
    serde_json::from_str(&waymark_succeeds(data, &["validator", "status", "--json"])).expect("JSON")
}

/// The other members as `--peer` arguments, from the gateway's `network.json`.
fn peers(gateway: &Path) -> Vec<String> {
    let file = std::fs::read(gateway.join("network.json")).expect("the gateway's list");
    let list: Value = serde_json::from_slice(&file).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let with_address = list["peers"].as_array().expect("peers").iter().filter(|peer| peer["addresses"][0].is_string());
    with_address.map(|peer| format!("{}@{}", text(&peer["key"]), text(&peer["addresses"][0]))).collect()
}

/// Whether the gateway's view of the network contains a validator.
async fn validates(api: &Api, key: &str) -> bool {
    let network = api.get("/v1/ledger/network").await.json();
    network["validators"].as_array().expect("validators").iter().any(|one| one["key"] == key)
}

/// Captures until the evidence of the captured event contains a change of validators, and verifies it offline.
async fn is_proved_over_the_change(folder: &Folder, api: &Api) {
    let mut number = 0;
    let bundle = until("evidence with a hand-over", async || {
        number += 1;
        let id = format!("urn:uuid:after-{number}");
        assert!(api.capture(document(&id)).await.is_captured(), "{id}");
        let bundle = api.evidence(&id).await;
        let parsed: Value = serde_json::from_slice(&bundle).expect("JSON");
        parsed["hand_overs"].as_array().is_some_and(|list| !list.is_empty()).then_some(bundle)
    })
    .await;
    let bundle = folder.write("bundle.json", &bundle);
    let outcome = run(["verify".as_ref(), "--json".as_ref(), bundle.as_os_str()]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_joins_a_running_network_and_leaves_it() {
    let folder = Folder::new();
    let arguments = ["testnet", "--validators", "4", "--epoch-blocks", "6", "--listen", "127.0.0.1:0", "--json"];
    let (network, line) = start(&arguments, &folder.data()).await;
    let ready: Ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: it printed {line:?}"));
    let api = Api::sign_in(&ready.url, &ready.client_id, &ready.client_secret).await;
    assert!(api.capture(document("urn:uuid:before")).await.is_captured());
    let (gateway, newcomer) = (folder.data().join("gateway"), folder.path("newcomer"));

    // It creates its keys, joins as a member, is admitted, and starts its node.
    let keys = waymark_succeeds(&newcomer, &["keys", "show"]);
    let key = keys.lines().find_map(|line| line.strip_prefix("node ")).expect("a key").trim().to_owned();
    waymark_succeeds(&ready.validators[0].data, &["keys", "allow", &key]);
    assert_refused(&ready.validators[0].data, &["validator", "admit", &key], "operator's key");
    let admitted = waymark_succeeds(&gateway, &["validator", "admit", &key]);
    assert!(admitted.contains("1000 tokens"), "{admitted}");
    let genesis = gateway.join("genesis").display().to_string();
    let mut join = vec!["keys", "join", "--listen", "127.0.0.1:0", "--genesis", &genesis];
    let peers = peers(&gateway);
    join.extend(peers.iter().flat_map(|peer| ["--peer", peer]));
    waymark_succeeds(&newcomer, &join);
    assert_refused(&newcomer, &["validator", "status"], "no node runs");
    let (node, line) = start(&["node", "--json"], &newcomer).await;
    let itself: Value = serde_json::from_str(&line).expect("JSON");
    assert!(itself["validator"].is_null(), "it follows: {line}");

    // It registers as soon as it has caught up, and gets a seat two epochs later.
    until("the registration", async || (waymark_on(&newcomer, &["validator", "join"]).code == 0).then_some(())).await;
    let registered = status(&newcomer);
    assert_eq!(registered["own"]["validator"], 4, "{registered}");
    until("the seat", async || {
        let own = &status(&newcomer)["own"];
        // On a busy machine a short epoch may end before the newcomer's acknowledgement.
        if own["status"] == "benched" {
            waymark_succeeds(&newcomer, &["validator", "return"]);
        }
        (own["status"] == "active").then_some(())
    })
    .await;
    until("the gateway's view", async || validates(&api, &key).await.then_some(())).await;
    is_proved_over_the_change(&folder, &api).await;

    // Without one of the others a quorum of the five needs the newcomer.
    send_signal(ready.validators[3].pid, "KILL");
    let answer = api.capture(document("urn:uuid:needs-the-newcomer")).await;
    assert!(answer.is_captured(), "{}", answer.text());
    let (returned, _) = start(&["node", "--json"], &ready.validators[3].data).await;

    // It leaves, its tenant gets the bond back, and the node continues as a follower.
    waymark_succeeds(&newcomer, &["validator", "leave"]);
    assert_refused(&newcomer, &["validator", "leave"], "beacon.leaving");
    until("the seat given back", async || (!validates(&api, &key).await).then_some(())).await;
    until("the bond released", async || (status(&newcomer)["own"]["status"] == "follower").then_some(())).await;
    waymark_succeeds(&newcomer, &["validator", "withdraw"]);
    assert_refused(&newcomer, &["validator", "withdraw"], "owes it nothing");
    assert_eq!(status(&newcomer)["own"]["balance"], BOND);
    assert!(api.capture(document("urn:uuid:after-it-left")).await.is_captured());
    let height = status(&gateway)["height"].as_u64();
    until("the follower's blocks", async || (status(&newcomer)["height"].as_u64() >= height).then_some(())).await;
    stop(node).await;
    stop(returned).await;
    stop(network).await;
    let audit = waymark_on(&gateway, &["audit", "--json"]);
    assert_eq!((audit.code, &audit.json()["conserved"]), (0, &Value::Bool(true)), "{audit:?}");
}
