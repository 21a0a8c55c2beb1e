//! Every listener of every command: a taken address is reported with its reason and a way out.

use crate::{
    command::{Outcome, run, waymark},
    folder::Folder,
    poll::until,
    split::Service,
};
use serde_json::Value;
use std::{
    net::{TcpListener, UdpSocket},
    path::Path,
};

/// Creates a member of a new chain that listens for the others at an address, with the commands and the plain file names
/// of docs/consortium.md. Returns its data directory.
fn member(folder: &Folder, name: &str, listen: &str, peers: usize) -> String {
    let succeeds = |arguments: &[&str]| {
        let output = waymark().current_dir(folder.path(".")).args(arguments).output().expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let keys = |name: &str| {
        let shown = succeeds(&["keys", "show", "--data", name]);
        let word =
            |line: &str| shown.lines().find_map(|found| found.strip_prefix(line)).expect("a key").trim().to_owned();
        (word("node"), word("validator"), word("operator"))
    };
    let (_, own, operator) = keys(name);
    let others: Vec<_> = (0..peers).map(|index| keys(&format!("{name}-{index}"))).collect();
    let genesis = format!("{name}-genesis");
    let mut create = vec!["keys", "genesis", "--shards", "1", "--operator", &operator, "--out", &genesis];
    for validator in std::iter::once(&own).chain(others.iter().map(|(_, validator, _)| validator)) {
        create.extend(["--validator", validator]);
    }
    succeeds(&create);
    let mut join = vec!["keys", "join", "--data", name, "--genesis", &genesis, "--listen", listen];
    for (node, ..) in &others {
        join.extend(["--peer", node]);
    }
    succeeds(&join);
    folder.path(name).to_str().expect("UTF-8").to_owned()
}

fn is_explained(outcome: &Outcome, address: &str, way_out: &str) {
    let said = &outcome.stderr;
    assert_eq!(outcome.code, 1, "{said}");
    for part in [&format!("cannot listen on {address}"), way_out, "Address already in use"] {
        assert!(said.contains(part), "{part:?} is missing in {said}");
    }
    let last = said.lines().last().unwrap_or_default();
    assert!(!last.trim_end().ends_with(':'), "the last line has a reason: {said}");
}

#[test]
fn a_taken_address_is_reported_with_reason_and_way_out() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let data = folder.data().to_str().expect("UTF-8").to_owned();
    let database = "postgres://nobody@127.0.0.1:1/none";
    for arguments in [
        &["up", "--listen", &address, "--data", &data][..],
        &["gateway", "--listen", &address, "--data", &data, "--database-url", database, "--kek-file", "none"],
    ] {
        is_explained(&run(arguments), &address, "choose another address with --listen");
    }
    let member = member(&folder, "validator", &address, 0);
    for arguments in [
        &["up", "--listen", "127.0.0.1:0", "--health-listen", &address, "--data", &data][..],
        &["node", "--data", &member, "--health-listen", &address],
        &["indexer", "--health-listen", &address, "--database-url", database],
    ] {
        is_explained(&run(arguments), &address, "choose another address with --health-listen");
    }
    is_explained(&run(["node", "--data", &member]), &address, "network.json");
}

/// A validator listens with TCP and QUIC on one port; here only the second is taken.
#[test]
fn a_taken_port_of_quic_is_reported_with_its_reason() {
    let folder = Folder::new();
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let member = member(&folder, "validator", &address, 0);
    is_explained(&run(["node", "--data", &member]), &address, "network.json");
}

async fn get(url: &str) -> (u16, String) {
    let response = reqwest::get(url).await.expect("it answers");
    (response.status().as_u16(), response.text().await.expect("text"))
}

async fn start(data: &str) -> (Service, String) {
    let arguments = ["node", "--data", data, "--health-listen", "127.0.0.1:0"];
    let (service, line) = Service::start(&arguments, &[], "metrics are at").await;
    let url = line.split_whitespace().last().expect("its address").trim_end_matches("/metrics").to_owned();
    (service, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_reports_its_health_and_its_metrics() {
    let folder = Folder::new();
    let (node, url) = start(&member(&folder, "alone", "127.0.0.1:0", 0)).await;
    assert_eq!(get(&format!("{url}/livez")).await.0, 200);
    until("readiness", async || (get(&format!("{url}/readyz")).await.0 == 200).then_some(())).await;
    let (_, metrics) = get(&format!("{url}/metrics")).await;
    for name in documented() {
        assert!(metrics.contains(&name), "{name} is missing in {metrics}");
    }
    node.stop().await;

    // Four validators of which one runs: it is alive and follows nobody.
    let (node, url) = start(&member(&folder, "lonely", "127.0.0.1:0", 3)).await;
    assert_eq!(get(&format!("{url}/livez")).await.0, 200);
    let reason = until("the first report", async || {
        let (status, body) = get(&format!("{url}/readyz")).await;
        assert_eq!(status, 503, "{body}");
        let missing: Value = serde_json::from_str(&body).expect("JSON");
        Some(missing["missing"].to_string()).filter(|missing| missing.contains("none of its 3 peers"))
    })
    .await;
    assert!(reason.contains("none of its 3 peers"), "{reason}");
    node.stop().await;
}

/// The metrics of a node in the table of docs/observability.md, without their labels.
fn documented() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/observability.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let of_a_node = rows.filter(|(_, rest)| rest.split('|').nth(2).is_some_and(|processes| processes.contains("node")));
    let names: Vec<_> = of_a_node.map(|(name, _)| name.split('{').next().unwrap_or_default().to_owned()).collect();
    assert!(!names.is_empty(), "the page has a table");
    names
}
