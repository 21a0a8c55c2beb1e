//! Four validators, each a process, and a gateway that follows them. A salad's supply chain is captured and verified
//! with a quorum's signatures. Then one validator after another is killed and restarted while captures continue; at the
//! end a quorum needs the restarted validators.

use crate::{
    api::Api,
    command::{run, waymark},
    folder::{Folder, send_signal},
    poll::until,
    shared_data::{epcis, read},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// The time limit of a start or stop on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// The number of kills and restarts; `WAYMARK_NETWORK_ROUNDS` overrides it.
const ROUNDS: usize = 4;

#[derive(Deserialize)]
pub(crate) struct Ready {
    pub(crate) url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) validators: Vec<Validator>,
}

#[derive(Deserialize)]
pub(crate) struct Validator {
    pub(crate) pid: u32,
    pub(crate) data: PathBuf,
}

/// Starts a process that prints one line of JSON when it is ready.
pub(crate) async fn start(arguments: &[&str], data: &Path) -> (Child, String) {
    let mut command = Command::from(waymark());
    command.args(arguments).arg("--data").arg(data);
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the binary runs");
    let mut output = BufReader::new(child.stdout.take().expect("the output is piped"));
    let mut line = String::new();
    let read = timeout(PATIENCE, output.read_line(&mut line)).await;
    read.expect("it is ready in time").expect("its output can be read");
    (child, line)
}

/// Stops a process with SIGTERM.
pub(crate) async fn stop(mut child: Child) {
    send_signal(child.id().expect("it runs"), "TERM");
    let status = timeout(PATIENCE, child.wait()).await.expect("it stops in time").expect("it can be waited for");
    assert_eq!(status.code(), Some(0), "it stopped with {status}");
}

/// A document with one observation under its own id.
pub(crate) fn document(id: &str) -> String {
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z",
        "epcisBody": { "eventList": [{
            "type": "ObjectEvent", "eventID": id, "action": "OBSERVE",
            "eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00",
            "epcList": ["https://id.gs1.org/01/09521141012345/21/2017"],
        }] },
    })
    .to_string()
}

/// Whether a verification report shows the signatures of three or four of four validators with equal weight.
pub(crate) fn signed_by_a_quorum_of_four(report: &Value) -> bool {
    let steps = report["steps"].as_array().expect("steps");
    let certificate = steps.iter().find(|step| step["step"] == "certificate").expect("a certificate");
    let detail = certificate["detail"].as_str().expect("a detail");
    let numbers: Vec<u128> = detail.split(' ').filter_map(|word| word.parse().ok()).collect();
    matches!(numbers[..], [signed, all] if signed * 4 == all * 3 || signed == all)
}

/// Asserts that an event's evidence verifies with a quorum's signatures.
pub(crate) async fn is_proved(folder: &Folder, api: &Api, id: &str) {
    let bundle = folder.write("bundle.json", &api.evidence(id).await);
    let outcome = run(["verify".as_ref(), "--json".as_ref(), bundle.as_os_str()]);
    assert_eq!(outcome.code, 0, "{id}: {outcome:?}");
    assert!(signed_by_a_quorum_of_four(&outcome.json()), "{outcome:?}");
}

async fn heights(api: &Api) -> Vec<Value> {
    let status = api.get("/v1/ledger/status").await.json();
    status["shards"].as_array().expect("shards").iter().map(|shard| shard["height"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_continues_while_its_validators_are_killed_in_turn() {
    let folder = Folder::new();
    let arguments = ["testnet", "--validators", "4", "--shards", "2", "--listen", "127.0.0.1:0", "--json"];
    let (network, line) = start(&arguments, &folder.data()).await;
    let ready: Ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: it printed {line:?}"));
    let api = Api::sign_in(&ready.url, &ready.client_id, &ready.client_secret).await;
    for name in ["harvest", "cooling", "transformation"] {
        let file = epcis(&format!("openepcis-dpp-ready/extensions/us/fsma204/epcis/{name}-cte.jsonld"));
        assert!(api.capture(read(&file)).await.is_captured(), "{name}");
    }
    for event in api.every_event().await {
        is_proved(&folder, &api, event["eventID"].as_str().expect("every event has an id")).await;
    }

    let rounds = std::env::var("WAYMARK_NETWORK_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut returned: Vec<(usize, Child)> = Vec::new();
    for round in 0..rounds {
        let at = round % ready.validators.len();
        match returned.iter().position(|(who, _)| *who == at) {
            Some(found) => returned.remove(found).1.kill().await.expect("it runs"),
            None => send_signal(ready.validators[at].pid, "KILL"),
        }
        for number in 0..3 {
            let id = format!("urn:uuid:{round}-{number}");
            assert!(api.capture(document(&id)).await.is_captured(), "{id}");
        }
        let (child, _) = start(&["node", "--json"], &ready.validators[at].data).await;
        returned.push((at, child));
        is_proved(&folder, &api, &format!("urn:uuid:{round}-0")).await;
    }
    assert_eq!(api.every_event().await.iter().filter(|event| is_ours(event)).count(), 3 * rounds, "nothing is lost");

    // With one of the others stopped, a quorum needs the restarted validators, which therefore have caught up.
    let (at, last) = returned.pop().expect("one came back last");
    drop(last);
    let before = heights(&api).await;
    assert!(api.capture(document("urn:uuid:without-the-last")).await.is_captured(), "without validator {at}");
    until("the chain's growth", async || (heights(&api).await != before).then_some(())).await;
    for (_, child) in returned {
        stop(child).await;
    }
    stop(network).await;
}

fn is_ours(event: &Value) -> bool {
    event["epcList"][0] == "https://id.gs1.org/01/09521141012345/21/2017"
}
