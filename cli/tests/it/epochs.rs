//! Four validators run with short epochs while a tenant captures through a gateway. Each epoch has its own randomness
//! and league (leader list), and every validator earns Servi (score for service). Evidence verifies in the first and in
//! a later epoch.

use crate::{
    api::Api,
    folder::Folder,
    poll::until,
    testnet::{document, is_proved, start, stop},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The epoch that the test waits for.
const LATER: u64 = 3;

async fn beacon(api: &Api) -> Value {
    api.get("/v1/ledger/network").await.json()["beacon"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn epochs_are_visible_and_evidence_verifies_across_them() {
    let folder = Folder::new();
    let arguments =
        ["testnet", "--validators", "4", "--shards", "2", "--epoch-blocks", "2", "--listen", "127.0.0.1:0", "--json"];
    let (network, line) = start(&arguments, &folder.data()).await;
    let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: it printed {line:?}"));
    let text = |name: &str| ready[name].as_str().unwrap_or_else(|| panic!("no {name} in {ready}")).to_owned();
    let api = Api::sign_in(&text("url"), &text("client_id"), &text("client_secret")).await;
    assert!(api.capture(document("urn:uuid:early")).await.is_captured());

    let (mut number, mut drawn) = (0, BTreeSet::new());
    let later = until("a later epoch", async || {
        number += 1;
        assert!(api.capture(document(&format!("urn:uuid:{number}"))).await.is_captured(), "{number}");
        let beacon = beacon(&api).await;
        drawn.insert((beacon["epoch"].as_u64(), beacon["randomness"].as_str().map(str::to_owned)));
        (beacon["epoch"].as_u64() >= Some(LATER)).then_some(beacon)
    })
    .await;
    let epochs: BTreeSet<_> = drawn.iter().map(|(epoch, _)| epoch).collect();
    let numbers: BTreeSet<_> = drawn.iter().map(|(_, randomness)| randomness).collect();
    assert_eq!((epochs.len(), numbers.len()), (drawn.len(), drawn.len()), "one number for each epoch: {drawn:?}");
    decides_as_the_protocol_says(&later);

    // The tenant's shard enters the epoch after the beacon's shard.
    until("the epoch on every shard", async || {
        number += 1;
        assert!(api.capture(document(&format!("urn:uuid:{number}"))).await.is_captured(), "{number}");
        let network = api.get("/v1/ledger/network").await.json();
        let shards = network["shards"].as_array().expect("shards");
        shards.iter().all(|shard| shard["epoch"].as_u64() >= Some(LATER)).then_some(())
    })
    .await;
    assert!(api.capture(document("urn:uuid:late")).await.is_captured());
    for id in ["urn:uuid:early", "urn:uuid:late"] {
        is_proved(&folder, &api, id).await;
    }
    stop(network).await;
}

fn decides_as_the_protocol_says(beacon: &Value) {
    let validators = beacon["validators"].as_array().expect("validators");
    assert_eq!(validators.len(), 4, "{beacon}");
    for (index, validator) in validators.iter().enumerate() {
        assert_eq!((&validator["index"], &validator["status"]), (&json!(index), &json!("active")), "{validator}");
        assert_eq!(validator["bond"], validator["weight"], "equal bonds are under the cap: {validator}");
    }
    let earned = validators.iter().filter(|validator| validator["servi"].as_u64() > Some(0)).count();
    assert!(earned >= 3, "a quorum revealed, epoch by epoch: {beacon}");
    let league: BTreeSet<_> = beacon["league"].as_array().expect("a league").iter().map(Value::to_string).collect();
    assert_eq!(league.len(), 4, "there are more seats in the league than validators: {beacon}");
    for shard in beacon["assignment"].as_array().expect("an assignment") {
        assert_eq!(shard["validators"], json!([0, 1, 2, 3]), "{shard}");
    }
    assert_eq!((&beacon["mode"], &beacon["plan"]["changes"]), (&json!("full"), &json!([])), "{beacon}");
    assert_eq!((&beacon["convictions"], &beacon["treasury"]["burned"]), (&json!([]), &json!("0")), "{beacon}");
    assert_eq!(beacon["treasury"]["bonds"], beacon["treasury"]["deposited"], "{beacon}");
}
