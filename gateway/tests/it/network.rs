//! Tests the network view on a chain of one validator: its data matches the blocks. The validator proposed and signed
//! every block, and there are no peers or accusations.

use crate::stack::{Stack, document, event};
use chain_types::{Height, ShardId};
use gateway::ledger::network::BLOCKS_MAX;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_network_view_shows_proposers_and_signers() {
    let stack = Stack::start().await;
    for n in 0..3 {
        let document = document(&[event(&format!("urn:uuid:{n}"), "")]);
        assert_eq!(stack.capture(document.as_bytes()).await.status, StatusCode::OK);
    }
    let answer = stack.send_as(None, Method::GET, "/v1/ledger/network", &[], b"").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let network = answer.json();
    assert_eq!(network["chain_id"], stack.node.chain_id().to_string());
    assert_eq!((&network["own_index"], &network["window_blocks"]), (&json!(0), &json!(BLOCKS_MAX)));
    assert_eq!((&network["peers"], &network["accusations"]), (&json!([]), &json!([])));
    assert_eq!((&network["beacon"], &network["outboxes"]), (&json!(null), &json!([])), "this chain has no beacon");

    let key = stack.node.genesis().validators.validators[0].key.to_string();
    let validators = network["validators"].as_array().expect("validators");
    assert_eq!(validators.len(), 1);
    assert_eq!((&validators[0]["key"], &validators[0]["weight"]), (&json!(key), &json!(1)));
    let home = stack.gateway.submitter.home(stack.tenant.tenant);
    for shard in (0..stack.node.shards()).map(ShardId) {
        let shown = &network["shards"][usize::from(shard.0)];
        let activity = &validators[0]["shards"][usize::from(shard.0)];
        let height = shown["height"].as_u64().expect("a height");
        assert_eq!(
            (&shown["shard"], &activity["shard"], &shown["waiting"]),
            (&json!(shard.0), &json!(shard.0), &json!(0))
        );
        assert_eq!((&shown["window_blocks"], &activity["led_blocks"]), (&json!(height), &json!(height)));
        assert_eq!(activity["signed_blocks"], height);
        let Some(block) = stack.node.block(shard, Height(height)).await.expect("it can be read") else {
            assert_eq!((height, &shown["signers"], &activity["lag_blocks"]), (0, &json!([]), &json!(null)));
            continue;
        };
        assert_eq!(shown["view"], block.certificate.vote.view.0);
        assert_eq!((&shown["proposer"], &shown["epoch"]), (&json!(0), &json!(0)));
        assert_eq!(shown["signers"], json!([{ "index": 0, "key": key }]));
        assert_eq!((&activity["signed_newest"], &activity["lag_blocks"]), (&json!(true), &json!(0)));
    }
    assert!(network["shards"][usize::from(home.0)]["height"].as_u64() >= Some(3), "{network}");

    let asked = "{ ledgerNetwork { chainId validators { key shards { signedBlocks } } } }";
    let graphql = &stack.graphql(asked).await["ledgerNetwork"];
    assert_eq!(graphql["chainId"], network["chain_id"]);
    assert_eq!(graphql["validators"][0]["key"], key);
}
