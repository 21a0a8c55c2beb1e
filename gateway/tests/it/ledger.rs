//! Tests the ledger's endpoints: status and anchor are public, the block stream needs its own token.

use crate::stack::{FOLLOW_SECRET, Stack, document, event};
use chain_proof::{Anchor, Verdict, verify};
use chain_types::{Digest, FinalBlock, ShardId, codec};
use http::{Method, StatusCode};

#[tokio::test(flavor = "multi_thread")]
async fn status_and_anchor_are_public_and_pin_the_chain() {
    let stack = Stack::start().await;
    assert_eq!(stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await.status, StatusCode::OK);
    let status = stack.send_as(None, Method::GET, "/v1/ledger/status", &[], b"").await.json();
    assert_eq!(status["chain_id"], stack.node.chain_id().to_string());
    let shards = status["shards"].as_array().expect("shards");
    assert_eq!(shards.len(), 2);
    assert_eq!(shards.iter().filter_map(|shard| shard["transactions"].as_u64()).sum::<u64>(), 2);
    let samples = status["finality_ms"]["samples"].as_u64().expect("a number");
    assert_eq!(status["finality_ms"]["window"], format!("the last {samples} operations of this gateway"));
    assert!(status["finality_ms"]["p99"].as_f64().is_some_and(|ms| ms > 0.0), "{status}");
    assert_eq!(stack.graphql("{ ledgerStatus { chainId } }").await["ledgerStatus"]["chainId"], status["chain_id"]);
    let anchor = stack.send_as(None, Method::GET, "/v1/ledger/anchor", &[], b"").await;
    let anchor = Anchor::parse(&anchor.body).expect("an anchor");
    let bundle = stack.get("/v1/provenance/events/urn%3Auuid%3A1/evidence").await;
    let report = verify(&bundle.body, Some(&anchor));
    assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");

    // A chain without a beacon stays in its first epoch.
    let ask =
        async |query: &str| stack.send_as(None, Method::GET, &format!("/v1/ledger/anchor{query}"), &[], b"").await;
    for same in ["?epoch=0", "?epoch=latest"] {
        assert_eq!(Anchor::parse(&ask(same).await.body).expect("an anchor"), anchor, "{same}");
    }
    ask("?epoch=1").await.problem(404, "ledger.unknown_epoch");
    for wrong in ["?epoch=newest", "?epoch=-1", "?epoch=", "?height=1"] {
        ask(wrong).await.problem(400, "request.invalid_parameter");
    }
}

fn blocks(mut bytes: &[u8]) -> Vec<FinalBlock> {
    let mut out = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let (block, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        out.push(codec::decode("block", block).expect("a block"));
        bytes = rest;
    }
    assert!(bytes.is_empty());
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_stream_is_whole_and_needs_its_token() {
    let stack = Stack::start().await;
    for n in 0..3 {
        stack.capture(document(&[event(&format!("urn:uuid:{n}"), "")]).as_bytes()).await;
    }
    let shard = stack.gateway.submitter.home(stack.tenant.tenant);
    let bearer = format!("Bearer {FOLLOW_SECRET}");
    let follow = [("authorization", &*bearer)];
    let uri = format!("/v1/ledger/shards/{shard}/blocks?from=1");
    let answer = stack.send_as(None, Method::GET, &uri, &follow, b"").await;
    let found = blocks(&answer.body);
    let genesis = stack.node.genesis();
    let mut parent: Digest = genesis.first_parent(shard);
    for block in &found {
        block.check(genesis.chain_id(), &genesis.validators, &parent).expect("the next block");
        parent = block.header.digest();
    }
    assert_eq!(found.last().map(|block| block.header.height), Some(stack.node.tip(shard).borrow().height));
    let one = stack.send_as(None, Method::GET, &format!("{uri}&max=1"), &follow, b"").await;
    assert_eq!(blocks(&one.body).len(), 1);
    let later = format!("/v1/ledger/shards/{shard}/blocks?from=1000000");
    assert!(stack.send_as(None, Method::GET, &later, &follow, b"").await.body.is_empty());
    let missing = format!("/v1/ledger/shards/{}/blocks?from=1", ShardId(7));
    stack.send_as(None, Method::GET, &missing, &follow, b"").await.problem(404, "ledger.unknown_shard");
    let no_number = "/v1/ledger/shards/first/blocks?from=1";
    stack.send_as(None, Method::GET, no_number, &follow, b"").await.problem(400, "request.invalid_parameter");
    for wrong in [&[][..], &[("authorization", "Bearer wrong")]] {
        stack.send_as(None, Method::GET, &uri, wrong, b"").await.problem(401, "ledger.follow_denied");
    }
    stack.get(&uri).await.problem(401, "ledger.follow_denied");
}
