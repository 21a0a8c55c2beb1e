//! Validators are killed and restarted one after another, as by power failures. Captures continue, acknowledged data
//! stays, and every restarted validator has the same state as the others.

use super::{
    STALL_MAX,
    follower::Follower,
    history::History,
    load::Load,
    network::{Network, SHARDS, VALIDATORS},
    route::Routes,
    seconds,
    stored::same_chain,
};
use crate::crash::client::Document;
use chain_types::{FinalBlock, ShardId};
use std::{collections::HashSet, time::Instant};

/// The duration of the killing, in seconds; `WAYMARK_CHAOS_SECONDS` overrides it.
const SECONDS: u64 = 20;
/// The number of captures that become final while a validator is down, and again before the next one is killed. It is
/// above the number of clients, so some of them are sent after the kill.
const CAPTURES: usize = 8;
/// The same of registrations, on each shard. One client of a shard has one request at a time.
const REGISTRATIONS: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn captures_continue_while_validators_are_killed_one_after_another() {
    let mut network = Network::start(Routes::direct()).await;
    let all: Vec<_> = (0..VALIDATORS).collect();
    let operator = network.operator();
    let desk = Follower::start(&network, 0, &all).await;
    desk.reaches(&network.heights().await).await;
    let load = Load::start(&network.api, Some((&desk, operator)));

    let (began, duration) = (Instant::now(), seconds("WAYMARK_CHAOS_SECONDS", SECONDS));
    let mut rounds = 0;
    while began.elapsed() < duration {
        let at = rounds % VALIDATORS;
        network.kill(at).await;
        load.captures(CAPTURES).await;
        load.registrations(REGISTRATIONS).await;
        network.start_again(at).await;
        load.captures(CAPTURES).await;
        rounds += 1;
    }
    let history = load.finish().await;
    let stalls: Vec<_> = (0..SHARDS).map(|shard| history.longest_stall_of(ShardId(shard))).collect();
    eprintln!(
        "chaos: {rounds} kills in {:?}, {} documents and {:?} registrations; longest stall {:?}, of registrations {stalls:?}",
        began.elapsed(),
        history.documents().count(),
        (0..SHARDS).map(|shard| history.transactions(ShardId(shard)).count()).collect::<Vec<_>>(),
        history.longest_stall(),
    );
    assert!(history.longest_stall() <= STALL_MAX, "no capture was final for {:?}", history.longest_stall());
    assert!(stalls.iter().all(|stall| *stall <= STALL_MAX), "no registration was final for {stalls:?}");

    network.api.await_indexed().await;
    are_indexed(&network, &history).await;
    let heights = network.heights().await;
    drop(desk);
    for validator in all {
        // The follower starts without data and connects to this validator only, so it receives only blocks that this
        // validator has.
        Follower::start(&network, 1, &[validator]).await.reaches(&heights).await;
    }
    let chains = same_chain(&network.stop().await, &heights, VALIDATORS + 1);
    are_final(&chains, &history);
}

/// Asserts that every event of every captured document is in the index.
async fn are_indexed(network: &Network, history: &History) {
    let events = network.api.every_event().await;
    let found: HashSet<_> = events.iter().filter_map(|event| event["eventID"].as_str()).collect();
    let lost: Vec<_> = history.documents().flat_map(Document::ids).filter(|id| !found.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "acknowledged, and lost: {lost:?}");
    assert_eq!(found.len(), events.len(), "nothing is there twice");
}

/// Asserts that every registration is in a block of its shard.
fn are_final(chains: &[Vec<FinalBlock>], history: &History) {
    for (shard, chain) in (0..).map(ShardId).zip(chains) {
        let found: HashSet<_> =
            chain.iter().flat_map(|block| &block.block.transactions).map(|one| one.header.id()).collect();
        let lost: Vec<_> = history.transactions(shard).filter(|id| !found.contains(id)).collect();
        assert!(lost.is_empty(), "acknowledged on shard {shard}, and lost: {lost:?}");
    }
}
