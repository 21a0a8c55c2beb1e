//! Pages of events: what they hold, where they stop, and what they read.

use super::{apply_in, place};
use crate::{
    event::{
        EventPlace, EventType, RUNS_PER_PAGE_MAX, SUBJECT_BYTES_PER_PAGE_MAX, SubjectPlaces, events_with, newest_event,
        page_after, page_of_places, place_of, subjects_after,
    },
    slice::event_types,
    tenant::{self, TenantTx},
    testing::{
        TestDatabase,
        chain::{Draw, Outcome, TestChain},
    },
};
use chain_types::{ShardId, TenantId};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, PgPool, types::Uuid};
use std::{
    collections::BTreeSet,
    iter::{empty, repeat},
};

const TENANT: TenantId = TenantId([1; 16]);

fn type_named(name: &str) -> EventType {
    event_types().find(|event_type| event_type.name == name).expect("a type")
}

fn draw(outcome: Outcome) -> Draw {
    let event = Draw::event(
        r#"{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:ex:1"]}"#,
    );
    Draw { outcome, ..event }
}

/// Twelve events: in each of three blocks two that are captured, one declaration, and one that is captured.
async fn filled() -> (TestDatabase, PgPool) {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    for block in 1..=3 {
        let outcomes = [Outcome::Captured, Outcome::Captured, Outcome::Repeated, Outcome::Declared, Outcome::Captured];
        chain.capture(0, block * 1_000, TENANT, &outcomes.map(draw));
    }
    apply_in(&database, &chain, 0, empty()).await;
    let app = database.app_pool().await;
    (database, app)
}

async fn begin(app: &PgPool, tenant: TenantId) -> TenantTx {
    tenant::begin(app, tenant).await.expect("the transaction begins")
}

#[tokio::test]
async fn pages_of_every_size_hold_each_event_once_in_order() {
    let (_database, app) = filled().await;
    let mut tx = begin(&app, TENANT).await;
    let declared = type_named("provenance.error_declared");
    for (types, expected) in [(&[][..], (1..=12).collect::<Vec<u64>>()), (&[declared][..], vec![3, 7, 11])] {
        for limit in 1..=13 {
            let (mut found, mut after) = (Vec::new(), 0);
            loop {
                let page = page_after(&mut tx, TENANT, after, types, limit).await.expect("a page");
                assert!(page.events.len() <= usize::try_from(limit).expect("small"));
                found.extend(page.events.iter().map(|event| event.sequence));
                if page.read_to == after {
                    break;
                }
                after = page.read_to;
            }
            assert_eq!((found, after), (expected.clone(), 12), "{types:?} by {limit}");
        }
    }
    let page = page_after(&mut tx, TENANT, 5, &[], 1).await.expect("a page");
    let [event] = page.events.as_slice() else { panic!("{page:?}") };
    assert_eq!((event.sequence, event.place, event.timestamp_ms.0), (6, place(2, 1), 2_000));
    let page = page_after(&mut tx, TENANT, u64::MAX, &[], 1).await.expect("a page");
    assert_eq!((page.events.len(), page.read_to), (0, u64::MAX), "beyond the newest");
}

#[tokio::test]
async fn an_event_is_found_by_its_place_and_its_place_by_its_number() {
    let (_database, app) = filled().await;
    let mut tx = begin(&app, TENANT).await;
    let places = [None, Some((1, 0)), Some((1, 1)), Some((1, 3)), Some((1, 4)), Some((2, 0))];
    for (sequence, expected) in (0..).zip(places) {
        let found = place_of(&mut tx, TENANT, sequence).await.expect("an answer");
        assert_eq!(found, expected.map(|(height, record)| place(height, record)), "{sequence}");
    }
    assert_eq!(place_of(&mut tx, TENANT, 99).await.expect("an answer"), Some(place(3, 4)), "the last one");

    let at = |places: &[(u64, u32)], is_last| {
        let places = places.iter().map(|(height, record)| place(*height, *record)).collect::<Vec<EventPlace>>();
        SubjectPlaces { shard: ShardId(0), places, is_last }
    };
    let declared = [type_named("provenance.error_declared")];
    for (places, types, after, limit, expected, read_to) in [
        (at(&[(1, 0), (1, 3), (3, 4)], true), &[][..], 0, 10, &[1, 3, 12][..], 12),
        (at(&[(1, 0), (1, 3), (3, 3)], true), &declared[..], 0, 10, &[3, 11], 12),
        (at(&[(1, 0), (1, 3), (3, 3)], false), &declared[..], 0, 10, &[3, 11], 11),
        (at(&[(1, 0), (1, 3), (3, 3)], true), &[], 0, 2, &[1, 3], 3),
        (at(&[(1, 0), (1, 1)], false), &declared[..], 0, 10, &[], 2),
        (at(&[], true), &[], 4, 10, &[], 12),
    ] {
        let page = page_of_places(&mut tx, TENANT, &places, types, after, 12, limit).await.expect("a page");
        let found: Vec<_> = page.events.iter().map(|event| event.sequence).collect();
        assert_eq!((found.as_slice(), page.read_to), (expected, read_to), "{places:?}");
    }
}

#[tokio::test]
async fn another_tenant_has_no_events() {
    let (_database, app) = filled().await;
    let other = TenantId([2; 16]);
    let mut tx = begin(&app, other).await;
    for asked in [TENANT, other] {
        let page = page_after(&mut tx, asked, 0, &[], 10).await.expect("a page");
        assert_eq!((page.events.len(), page.read_to), (0, 0));
        assert_eq!(newest_event(&mut tx, asked, ShardId(0)).await.expect("a number"), Some(0));
        assert_eq!(place_of(&mut tx, asked, 5).await.expect("an answer"), None);
    }
}

/// Fills the table with runs of one captured event for each of two tenants.
async fn fill(owner: &mut PgConnection, runs: u32) {
    let fill = format!(
        "INSERT INTO index.event_run SELECT t.id, n, 0, n, 1, 1, '\\x00000000000000010003e9'::bytea, ''
         FROM generate_series(1, {runs}) AS n,
              (VALUES ('01010101-0101-0101-0101-010101010101'::uuid), ('02020202-0202-0202-0202-020202020202')) AS t (id);
         ANALYZE index.event_run"
    );
    let fill = fill.replace("\\x00000000000000010003e9", "\\x000000000000000103e9");
    owner.execute(sqlx::AssertSqlSafe(fill)).await.expect("rows");
}

#[tokio::test]
async fn a_page_without_a_match_ends_after_a_bounded_number_of_runs_and_continues() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    let runs = RUNS_PER_PAGE_MAX * 2 + 10;
    fill(&mut owner, runs).await;
    let app = database.app_pool().await;
    let mut tx = begin(&app, TENANT).await;
    let declared = [type_named("provenance.error_declared")];
    let mut stops = Vec::new();
    let mut after = 0;
    while after < u64::from(runs) {
        let page = page_after(&mut tx, TENANT, after, &declared, 10).await.expect("a page");
        assert!(page.events.is_empty());
        after = page.read_to;
        stops.push(after);
    }
    assert_eq!(stops, [1_000, 2_000, 2_010]);
    let page = page_after(&mut tx, TENANT, 1_500, &[], 500).await.expect("a page");
    assert_eq!((page.events.len(), page.read_to), (500, 2_000));
}

/// Runs with as many groups as a block can have: a page ends after the bytes of its limit, but has one run.
#[tokio::test]
async fn a_page_ends_after_the_bytes_of_its_spans() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let outcomes = [Outcome::Captured, Outcome::Declared];
    let draws: Vec<_> = repeat(outcomes.map(draw)).flatten().take(200).collect();
    chain.capture(0, 1_000, TENANT, &draws);
    apply_in(&database, &chain, 0, empty()).await;
    let mut owner = database.owner().await;
    // The groups of 200 records alternate, so they have 2,000 bytes: 524 such runs fit, and the page stops there.
    owner
        .execute(
            "INSERT INTO index.event_run SELECT tenant_id, 200 * n + 1, shard, n + 1, timestamp_ms, count, spans, ''
             FROM index.event_run, generate_series(1, 599) AS n",
        )
        .await
        .expect("rows");
    let app = database.app_pool().await;
    let mut tx = begin(&app, TENANT).await;
    let none = [type_named("native.granted")];
    let page = page_after(&mut tx, TENANT, 0, &none, 10).await.expect("a page");
    assert_eq!((page.events.len(), page.read_to), (0, 524 * 200));
}

/// What a page reads does not grow with the events before it or with those of others.
#[tokio::test]
async fn a_page_reads_through_the_key_of_its_tenant() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    fill(&mut owner, 20_000).await;
    let page = super::super::query::select_runs(
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ",
        "r.first_sequence >= coalesce((SELECT s.first_sequence FROM index.event_run s
             WHERE s.tenant_id = $1 AND s.first_sequence <= $3 ORDER BY s.first_sequence DESC LIMIT 1), 0)",
    );
    let plan: serde_json::Value = sqlx::query_scalar(sqlx::AssertSqlSafe(page))
        .bind(tenant::uuid(TENANT))
        .bind(100_i64)
        .bind(15_000_i64)
        .fetch_one(&mut owner)
        .await
        .expect("a plan");
    let text = plan.to_string();
    assert!(text.contains("event_run_pkey") && !text.contains("Seq Scan"), "{plan:#}");
    let buffers = |name: &str| plan[0]["Plan"][name].as_u64().unwrap_or_default();
    let read = buffers("Shared Hit Blocks") + buffers("Shared Read Blocks");
    assert!(read < 100, "{read} blocks for 100 of 40,000 runs: {plan:#}");
}

#[tokio::test]
async fn every_event_has_the_subjects_of_its_record() {
    let (_database, app) = filled().await;
    let mut tx = begin(&app, TENANT).await;
    let all = subjects_after(&mut tx, TENANT, 0, 100).await.expect("events");
    let numbers: Vec<u64> = all.iter().map(|(event, _)| event.sequence).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<u64>>());
    let stored: Vec<(i64, i32, Uuid)> =
        sqlx::query_as("SELECT height, record_index, subject FROM index.provenance_stream ORDER BY 1, 2")
            .fetch_all(&mut *tx)
            .await
            .expect("rows");
    for (event, subjects) in &all {
        let own = stored.iter().filter(|(height, record, _)| {
            (height.unsigned_abs(), record.unsigned_abs()) == (event.place.height.0, event.place.record_index)
        });
        let expected: BTreeSet<u64> = own.map(|(_, _, subject)| subject.as_u64_pair().0).collect();
        assert!(expected.len() >= 2, "the id and the EPC");
        assert_eq!(subjects.iter().copied().collect::<BTreeSet<u64>>(), expected, "{event:?}");
    }
    for after in 0..=13 {
        for limit in 1..=5 {
            let part = subjects_after(&mut tx, TENANT, after, limit).await.expect("events");
            let expected = all.iter().filter(|(event, _)| event.sequence > after).take(limit as usize);
            assert!(part.iter().eq(expected), "{limit} after {after}");
        }
    }
    let mut other = begin(&app, TenantId([2; 16])).await;
    assert_eq!(subjects_after(&mut other, TENANT, 0, 100).await.expect("no events"), []);
}

#[tokio::test]
async fn subjects_are_read_up_to_a_number_of_bytes() {
    let (database, app) = filled().await;
    let large = (SUBJECT_BYTES_PER_PAGE_MAX - 20) / 8 / 4;
    let event = format!("decode('{:04x}', 'hex') || decode(repeat('0a', {}), 'hex')", large, large * 8);
    let statement = format!("UPDATE index.event_run SET subjects = {}", vec![event; 4].join(" || "));
    let indexer = database.indexer_pool().await;
    indexer.execute(AssertSqlSafe(statement)).await.expect("changed");
    let mut tx = begin(&app, TENANT).await;
    for (after, expected) in [(0, 1..=4), (4, 5..=8), (3, 4..=4)] {
        let found = subjects_after(&mut tx, TENANT, after, 100).await.expect("events");
        assert_eq!(found.iter().map(|(event, _)| event.sequence).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn events_are_found_by_their_numbers() {
    let (_database, app) = filled().await;
    let mut tx = begin(&app, TENANT).await;
    let all = page_after(&mut tx, TENANT, 0, &[], 100).await.expect("a page").events;
    for wanted in [&[][..], &[1], &[12], &[13, 0], &[7, 3, 3, 11, 4], &[u64::MAX, 5]] {
        let found = events_with(&mut tx, TENANT, wanted).await.expect("events");
        let expected: Vec<_> = all.iter().filter(|event| wanted.contains(&event.sequence)).copied().collect();
        assert_eq!(found, expected, "{wanted:?}");
    }
}
