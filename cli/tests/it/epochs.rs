//! Four validators run with short epochs while a tenant captures through a gateway. Each epoch has its own randomness
//! and league (leader list), and every validator earns Servi (score for service). Evidence verifies in the first and in
//! a later epoch.

use crate::{
    api::Api,
    folder::Folder,
    poll::until,
    testnet::{document, is_proved, start, stop},
};
use chain_beacon::INACTIVE_EPOCHS_MAX;
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
        ["testnet", "--validators", "4", "--shards", "2", "--epoch-blocks", "6", "--listen", "127.0.0.1:0", "--json"];
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

/// A validator that runs late on a busy machine may be benched by the rule; all others are active.
fn decides_as_the_protocol_says(beacon: &Value) {
    let validators = beacon["validators"].as_array().expect("validators");
    assert_eq!(validators.len(), 4, "{beacon}");
    for validator in validators {
        let is_late = validator["inactive_epochs"].as_u64() >= Some(u64::from(INACTIVE_EPOCHS_MAX));
        assert_eq!(validator["status"], if is_late { "benched" } else { "active" }, "{validator}");
        assert_eq!(validator["bond"], validator["weight"], "equal bonds are under the cap: {validator}");
    }
    let active: Vec<_> = validators.iter().filter(|validator| validator["status"] == "active").collect();
    assert!(active.len() >= 3, "a quorum signs: {beacon}");
    let earned = validators.iter().filter(|validator| validator["servi"].as_u64() > Some(0)).count();
    assert!(earned >= 3, "a quorum revealed, epoch by epoch: {beacon}");
    let league = members(&beacon["league"]);
    assert!(active.iter().all(|validator| league.contains(&validator["index"].to_string())), "{beacon}");
    if active.len() == validators.len() {
        assert_eq!(
            league,
            members(&json!([0, 1, 2, 3])),
            "there are more seats in the league than validators: {beacon}"
        );
        assert_eq!(beacon["plan"]["changes"], json!([]), "nobody joins or leaves: {beacon}");
        assert!((0_u64..).zip(validators).all(|(index, validator)| validator["index"] == index), "{beacon}");
    }
    for shard in beacon["assignment"].as_array().expect("an assignment") {
        assert_eq!(members(&shard["validators"]), league, "there are more seats than validators: {shard}");
    }
    assert_eq!((&beacon["mode"], &beacon["convictions"]), (&json!("full"), &json!([])), "{beacon}");
    assert_eq!(beacon["treasury"]["burned"], "0", "{beacon}");
    assert_eq!(beacon["treasury"]["bonds"], beacon["treasury"]["deposited"], "{beacon}");
}

fn members(indices: &Value) -> BTreeSet<String> {
    indices.as_array().expect("indices").iter().map(Value::to_string).collect()
}
