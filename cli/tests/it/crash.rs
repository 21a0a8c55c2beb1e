//! Power fails again and again while documents pour in. After every restart each event that was acknowledged as final
//! is there, indexed and provable; what was accepted is decided, never lost silently; and nothing is there twice.

pub(crate) mod client;
mod load;

use crate::{
    api::Api,
    command::run,
    folder::{Folder, Server},
    instance::Instance,
};
use chain_proof::{Anchor, Verdict, verify};
use client::{Document, Fate, Memory};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::{collections::HashSet, time::Duration};

/// Rounds, unless `WAYMARK_CRASH_ROUNDS` says otherwise.
const ROUNDS: usize = 50;
/// The load lasts so long before the end, in milliseconds.
const LOAD_MS: std::ops::RangeInclusive<u64> = 20..=400;
/// In one of so many rounds Postgres is killed as well, as it is when the power fails.
const POSTGRES_EVERY: u32 = 3;
/// Documents whose evidence is verified after each round.
const EVIDENCE_SAMPLES: usize = 3;
/// Identifiers of one query.
const IDS_PER_QUERY: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn crash_at_any_moment_loses_nothing_that_was_acknowledged() {
    let rounds = std::env::var("WAYMARK_CRASH_ROUNDS").map_or(ROUNDS, |text| text.parse().expect("a number of rounds"));
    let seed =
        std::env::var("WAYMARK_CRASH_SEED").map_or_else(|_| rand::random(), |text| text.parse().expect("a seed"));
    eprintln!("crash: {rounds} rounds, WAYMARK_CRASH_SEED={seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let folder = Folder::new();
    let mut memory = Memory::default();
    let mut interrupted = Vec::new();
    for round in 0..rounds {
        let instance = Instance::start(&folder.data()).await;
        let api = instance.sign_in().await;
        settle(&api, interrupted, &mut memory, &mut random).await;
        let load = load::start(&api, memory.next_number());
        let load = load.during(Duration::from_millis(random.random_range(LOAD_MS))).await;
        let server = random.random_ratio(1, POSTGRES_EVERY).then(|| Server::of(&folder.data()).expect("Postgres runs"));
        instance.kill().await;
        if let Some(server) = server {
            server.kill();
        }
        interrupted = load.outcomes().await;
        if (round + 1) % 10 == 0 {
            eprintln!("crash: {} of {rounds} rounds, {memory}", round + 1);
        }
    }
    let instance = Instance::start(&folder.data()).await;
    let api = instance.sign_in().await;
    settle(&api, interrupted, &mut memory, &mut random).await;
    assert!(memory.captured_count() >= rounds, "the load was real: {memory}");
    whole_story(&api, &memory).await;
    let check =
        run(["indexer".as_ref(), "rebuild".as_ref(), "--check".as_ref(), "--data".as_ref(), folder.data().as_os_str()]);
    assert_eq!(check.code, 0, "{check:?}");
    instance.stop().await;
}

/// After a restart: finds out what became of every document that was under way, and checks what was promised.
async fn settle(api: &Api, interrupted: Vec<(Document, Fate)>, memory: &mut Memory, random: &mut ChaCha8Rng) {
    let mut acknowledged = Vec::new();
    let mut unanswered = Vec::new();
    for (document, fate) in interrupted {
        match fate {
            Fate::Acknowledged => acknowledged.push(document),
            Fate::Accepted(operation) => {
                if client::is_final(api, &operation).await {
                    acknowledged.push(document);
                } else {
                    memory.absent.push(document);
                }
            }
            Fate::Unanswered => unanswered.push(document),
        }
    }
    // An answer promised the index too; after a crash it catches up with the ledger first.
    api.await_indexed().await;
    all_are_there(api, &acknowledged).await;
    provable(api, &acknowledged, random).await;
    for document in unanswered {
        // A client that heard nothing sends the same request again, or gives up; both must be safe.
        if random.random_bool(0.5) {
            let answer = document.send(api, true).await.expect("the gateway answers");
            assert!(answer.is_captured(), "{}: {}", document.key(), answer.text());
            acknowledged.push(document);
        } else {
            memory.unknown.push(document);
        }
    }
    memory.captured.append(&mut acknowledged);
}

/// Every event of these documents is in the index, once.
async fn all_are_there(api: &Api, documents: &[Document]) {
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

/// In the end: what was acknowledged is there once, what expired is not, what nobody knows of is there whole or not.
async fn whole_story(api: &Api, memory: &Memory) {
    let events = api.every_event().await;
    let mut found = HashSet::new();
    for event in &events {
        let id = event["eventID"].as_str().expect("an id").to_owned();
        assert!(found.insert(id), "twice: {event}");
    }
    let count = |document: &Document| document.ids().filter(|id| found.contains(id)).count();
    let is_whole = |document: &Document| count(document) == document.ids().count();
    assert!(memory.captured.iter().all(is_whole), "what was acknowledged is there");
    assert!(memory.absent.iter().all(|document| count(document) == 0), "what expired is not");
    let partly = memory.unknown.iter().find(|document| count(document) != 0 && !is_whole(document));
    assert!(partly.is_none(), "a document is there in part: {partly:?}");
    let known: usize = memory.documents().map(count).sum();
    assert_eq!(known, events.len(), "nothing is there that was never sent");
}
