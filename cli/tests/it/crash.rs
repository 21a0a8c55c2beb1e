//! Waymark is killed again and again under a capture load, as by power failures. After every restart each acknowledged
//! event is present, indexed and provable. Every accepted document is decided, and nothing is present twice. Every
//! event reaches a receiver of webhooks and a client of the stream, in order.

pub(crate) mod client;
mod follower;
mod load;
mod receiver;
mod told;

use crate::{
    api::Api,
    command::run,
    folder::{Folder, Server},
    instance::Instance,
};
use chain_proof::{Anchor, Verdict, verify};
use client::{Document, Outcomes, Reply};
use follower::Follower;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use receiver::Receiver;
use serde_json::json;
use std::{collections::HashSet, time::Duration};

/// The default number of rounds; `WAYMARK_CRASH_ROUNDS` overrides it.
const ROUNDS: usize = 50;
/// The range of the load's duration before the kill, in milliseconds.
const LOAD_MS: std::ops::RangeInclusive<u64> = 20..=400;
/// In one of this many rounds Postgres is killed too, as by a power failure.
const POSTGRES_EVERY: u32 = 3;
/// The number of documents whose evidence is verified after each round.
const EVIDENCE_SAMPLES: usize = 3;
/// The number of identifiers per query.
const IDS_PER_QUERY: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn crash_at_any_moment_loses_nothing_that_was_acknowledged() {
    let rounds = std::env::var("WAYMARK_CRASH_ROUNDS")
        .map_or(ROUNDS, |text| text.parse().expect("the variable is a number of rounds"));
    let seed =
        std::env::var("WAYMARK_CRASH_SEED").map_or_else(|_| rand::random(), |text| text.parse().expect("a seed"));
    eprintln!("crash: {rounds} rounds, WAYMARK_CRASH_SEED={seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let folder = Folder::new();
    let mut outcomes = Outcomes::default();
    let mut interrupted = Vec::new();
    let (receiver, follower) = (Receiver::start().await, Follower::default());
    let allowed = receiver.allowed();
    let start = async || {
        let instance = Instance::start_with(&folder.data(), &["--webhook-allow", &allowed]).await;
        let api = instance.sign_in().await;
        let following = follower.follow(&api).await;
        (instance, api, following)
    };
    for round in 0..rounds {
        let (instance, api, _following) = start().await;
        if round == 0 {
            receiver.register(&api).await;
        }
        settle(&api, interrupted, &mut outcomes, &mut random).await;
        let load = load::start(&api, outcomes.next_number());
        let load = load.during(Duration::from_millis(random.random_range(LOAD_MS))).await;
        let server = random.random_ratio(1, POSTGRES_EVERY).then(|| Server::of(&folder.data()).expect("Postgres runs"));
        instance.kill().await;
        if let Some(server) = server {
            server.kill();
        }
        interrupted = load.outcomes().await;
        if (round + 1) % 10 == 0 {
            eprintln!("crash: {} of {rounds} rounds, {outcomes}", round + 1);
        }
    }
    let (instance, api, _following) = start().await;
    settle(&api, interrupted, &mut outcomes, &mut random).await;
    let newest = api.newest_event().await;
    follower.assert_complete(newest).await;
    receiver.assert_complete(newest).await;
    assert!(outcomes.captured_count() >= rounds, "the load captured documents: {outcomes}");
    assert_final_outcomes(&api, &outcomes).await;
    let check =
        run(["indexer".as_ref(), "rebuild".as_ref(), "--check".as_ref(), "--data".as_ref(), folder.data().as_os_str()]);
    assert_eq!(check.code, 0, "{check:?}");
    instance.stop().await;
}

/// After a restart: determines the outcome of every interrupted document, and checks all guarantees.
async fn settle(api: &Api, interrupted: Vec<(Document, Reply)>, outcomes: &mut Outcomes, random: &mut ChaCha8Rng) {
    let mut acknowledged = Vec::new();
    let mut unanswered = Vec::new();
    for (document, reply) in interrupted {
        match reply {
            Reply::Acknowledged => acknowledged.push(document),
            Reply::Accepted(operation) => {
                if client::is_final(api, &operation).await {
                    acknowledged.push(document);
                } else {
                    outcomes.absent.push(document);
                }
            }
            Reply::Unanswered => unanswered.push(document),
        }
    }
    // An acknowledgement also covers the index, which catches up with the ledger after a crash.
    api.await_indexed().await;
    assert_indexed_once(api, &acknowledged).await;
    provable(api, &acknowledged, random).await;
    for document in unanswered {
        // A client without an answer repeats its request or gives up. Both must be safe.
        if random.random_bool(0.5) {
            let answer = document.send(api, true).await.expect("the gateway answers");
            assert!(answer.is_captured(), "{}: {}", document.key(), answer.text());
            acknowledged.push(document);
        } else {
            outcomes.unknown.push(document);
        }
    }
    outcomes.captured.append(&mut acknowledged);
}

/// Asserts that every event of these documents is in the index once.
async fn assert_indexed_once(api: &Api, documents: &[Document]) {
    let ids: Vec<String> = documents.iter().copied().flat_map(Document::ids).collect();
    for ids in ids.chunks(IDS_PER_QUERY) {
        let found = api.query(&json!({ "EQ_eventID": ids, "perPage": 1_000 })).await;
        let found_ids: HashSet<&str> = found.iter().filter_map(|event| event["eventID"].as_str()).collect();
        let lost: Vec<_> = ids.iter().filter(|id| !found_ids.contains(id.as_str())).collect();
        assert!(lost.is_empty(), "acknowledged, and lost: {lost:?}");
        assert_eq!(found.len(), ids.len(), "nothing is there twice");
    }
}

async fn provable(api: &Api, documents: &[Document], random: &mut ChaCha8Rng) {
    let anchor = Anchor::parse(&api.anchor().await).expect("an anchor");
    for _ in 0..EVIDENCE_SAMPLES.min(documents.len()) {
        let document = &documents[random.random_range(0..documents.len())];
        let ids: Vec<String> = document.ids().collect();
        let id = &ids[random.random_range(0..ids.len())];
        let report = verify(&api.evidence(id).await, Some(&anchor));
        assert_eq!(report.verdict, Verdict::Verified, "{id}: {report:?}");
    }
}

/// Asserts at the end that acknowledged documents are present once, expired ones are absent, and those with an unknown
/// outcome are complete or absent.
async fn assert_final_outcomes(api: &Api, outcomes: &Outcomes) {
    let events = api.every_event().await;
    let mut found = HashSet::new();
    for event in &events {
        let id = event["eventID"].as_str().expect("an id").to_owned();
        assert!(found.insert(id), "twice: {event}");
    }
    let count = |document: &Document| document.ids().filter(|id| found.contains(id)).count();
    let is_whole = |document: &Document| count(document) == document.ids().count();
    assert!(outcomes.captured.iter().all(is_whole), "every acknowledged document is present");
    assert!(outcomes.absent.iter().all(|document| count(document) == 0), "no expired document is present");
    let partly = outcomes.unknown.iter().find(|document| count(document) != 0 && !is_whole(document));
    assert!(partly.is_none(), "a document is there in part: {partly:?}");
    let known: usize = outcomes.documents().map(count).sum();
    assert_eq!(known, events.len(), "no event is present that was never sent");
}
