//! A client follows its capture through a network of four validators. First the leader promises it: the operation has
//! the status `soft` and contains the promise. Then it is final and contains no promise.

use crate::{
    api::Api,
    folder::Folder,
    testnet::{Ready, document, start, stop},
};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_promises_a_capture_before_it_is_final() {
    let folder = Folder::new();
    let arguments = ["testnet", "--validators", "4", "--shards", "2", "--listen", "127.0.0.1:0", "--json"];
    let (network, line) = start(&arguments, &folder.data()).await;
    let ready: Ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: it printed {line:?}"));
    let api = Api::sign_in(&ready.url, &ready.client_id, &ready.client_secret).await;
    let mut number = 0;
    // A promise and the decision may coincide; then no poll sees the status `soft`.
    let (path, soft) = loop {
        assert!(number < 100, "no leader promised any of a hundred");
        let sent = api.post("/epcis/capture", &[], document(&format!("urn:uuid:{number}"))).await;
        let sent = sent.expect("the gateway answers");
        let path = format!("/v1/operations/{}", sent.header("location").rsplit('/').next().expect("an id"));
        if let Some(soft) = while_undecided(&api, &path).await {
            break (path, soft);
        }
        number += 1;
    };
    let promise = &soft["soft_confirmation"];
    assert!(promise["by"].as_u64() > Some(0) && promise["evidence"].is_string(), "{soft}");
    assert_eq!(soft["timeline"][2]["step"], "soft");
    let decided = loop {
        let operation = api.get(&path).await.json();
        if operation["status"] != "soft" {
            break operation;
        }
    };
    assert_eq!((&decided["status"], &decided["soft_confirmation"]), (&Value::from("final"), &Value::Null));
    stop(network).await;
}

/// Returns the operation while it was `soft`; `None` when it was final first.
async fn while_undecided(api: &Api, path: &str) -> Option<Value> {
    loop {
        let operation = api.get(path).await.json();
        match operation["status"].as_str().expect("a status") {
            "accepted" => {}
            "soft" => return Some(operation),
            decided => {
                assert_eq!(decided, "final");
                return None;
            }
        }
    }
}
