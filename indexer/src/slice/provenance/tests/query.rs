//! Every parameter of the simple event query on a small supply chain, with all page sizes and for several tenants.

use super::{A, Applied, B, owner};
use crate::{
    provenance::{PageLimit, SEARCH_MS_MAX, count_events, find_events, stream_records},
    tenant::TenantTx,
    testing::chain::{Draw, Outcome, TestChain},
};
use chain_types::{Subject, TenantId, stream::kind};
use sqlx::Executor as _;
use standards_epcis::query::{EventQuery, parse_parameters};
use std::sync::Arc;

/// An event with a type, id, time, and further members.
fn event(event_type: &str, id: &str, second: u32, rest: &str) -> Draw {
    Draw::event(&format!(
        r#"{{"type":"{event_type}","eventID":"urn:ex:{id}","eventTime":"2026-01-01T00:00:{second:02}Z","eventTimeZoneOffset":"+00:00",{rest}}}"#
    ))
}

/// More than any answer of these tests has.
pub(super) const ALL: PageLimit = PageLimit { rows: 100, bytes: u32::MAX };

/// Seven events in three blocks; `c` and `d` happened at the same time.
pub(super) fn story() -> Arc<TestChain> {
    let chain = TestChain::new(1);
    chain.capture(
        0,
        1_767_225_700_000,
        A,
        &[
            event(
                "ObjectEvent",
                "a",
                1,
                r#""action":"ADD","bizStep":"commissioning","disposition":"active",
                "epcList":["urn:epc:id:sgtin:4012345.011111.1","urn:epc:id:sgtin:4012345.011111.2"],
                "readPoint":{"id":"urn:epc:id:sgln:4012345.00005.0"}"#,
            ),
            event(
                "ObjectEvent",
                "b",
                5,
                r#""action":"OBSERVE","bizStep":"https://ref.gs1.org/cbv/BizStep-shipping",
                "disposition":"in_transit","epcList":[],
                "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.L1","quantity":5}],
                "bizLocation":{"id":"urn:ex:dock"}"#,
            ),
        ],
    );
    chain.capture(
        0,
        1_767_225_800_000,
        A,
        &[
            event(
                "AggregationEvent",
                "c",
                3,
                r#""action":"ADD","parentID":"urn:epc:id:sscc:4012345.0000000001",
                "childEPCs":["urn:epc:id:sgtin:4012345.011111.1"],"bizStep":"packing""#,
            ),
            event(
                "TransformationEvent",
                "d",
                3,
                r#""inputEPCList":["urn:epc:id:sgtin:4012345.011111.2"],
                "outputQuantityList":[{"epcClass":"https://example.org/01/04012345111118/10/L2"}]"#,
            ),
            event(
                "TransactionEvent",
                "e",
                9,
                r#""action":"DELETE","epcList":["urn:ex:other"],
                "bizTransactionList":[{"bizTransaction":"urn:ex:po"}]"#,
            ),
        ],
    );
    chain.capture(
        0,
        1_767_225_900_000,
        B,
        &[event("ObjectEvent", "a", 1, r#""action":"ADD","epcList":["urn:epc:id:sgtin:4012345.011111.1"]"#)],
    );
    chain.capture(
        0,
        1_767_225_900_001,
        A,
        &[
            event(
                "AssociationEvent",
                "f",
                2,
                r#""action":"ADD","parentID":"urn:ex:truck","childEPCs":["urn:ex:sensor"]"#,
            ),
            event(
                "TransformationEvent",
                "g",
                8,
                r#""inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.L1"}],
                "outputEPCList":["urn:epc:id:sgtin:4012345.022222.7"]"#,
            ),
        ],
    );
    chain
}

pub(super) fn query(parameters: &[(&str, &str)]) -> EventQuery {
    parse_parameters(parameters.iter().copied()).expect("the query is valid")
}

async fn ids(tx: &mut TenantTx, tenant: TenantId, query: &EventQuery) -> String {
    let page = find_events(tx, owner(tenant), query, None, ALL).await.expect("a query");
    assert_eq!(page.next, None);
    page.rows.iter().map(|row| row.event_id.trim_start_matches("urn:ex:")).collect()
}

/// Query parameters, and the ids that they find in the order of the answer.
pub(super) const QUESTIONS: [(&[(&str, &str)], &str); 43] = [
    (&[], "egbdcfa"),
    (&[("orderDirection", "ASC")], "afcdbge"),
    (&[("orderBy", "recordTime")], "gfedcba"),
    (&[("orderBy", "recordTime"), ("orderDirection", "ASC")], "abcdefg"),
    (&[("eventType", "ObjectEvent")], "ba"),
    (&[("eventType", "AggregationEvent|AssociationEvent")], "cf"),
    (&[("eventType", "TransformationEvent")], "gd"),
    (&[("eventType", "TransactionEvent")], "e"),
    (&[("GE_eventTime", "2026-01-01T00:00:05Z")], "egb"),
    (&[("LT_eventTime", "2026-01-01T01:00:03+01:00")], "fa"),
    (&[("GE_recordTime", "2026-01-01T00:03:20Z"), ("LT_recordTime", "2026-01-01T00:05:00Z")], "edc"),
    (&[("EQ_action", "ADD")], "cfa"),
    (&[("EQ_action", "OBSERVE|DELETE")], "eb"),
    (&[("EQ_bizStep", "shipping")], "b"),
    (&[("EQ_bizStep", "urn:epcglobal:cbv:bizstep:packing|commissioning")], "ca"),
    (&[("EQ_disposition", "in_transit")], "b"),
    (&[("EQ_readPoint", "https://example.org/414/4012345000054")], "a"),
    (&[("EQ_bizLocation", "urn:ex:dock")], "b"),
    (&[("EQ_eventID", "urn:ex:d|urn:ex:a|urn:ex:none")], "da"),
    (&[("MATCH_epc", "urn:epc:id:sgtin:4012345.011111.1")], "ca"),
    (&[("MATCH_epc", "https://id.gs1.org/01/04012345111118/21/2")], "a"),
    (&[("MATCH_anyEPC", "https://id.gs1.org/01/04012345111118/21/2")], "da"),
    (&[("MATCH_anyEPC", "urn:epc:id:sscc:4012345.0000000001|urn:ex:truck")], "cf"),
    (&[("MATCH_epc", "urn:epc:idpat:sgtin:4012345.011111.*")], "ca"),
    (&[("MATCH_anyEPC", "urn:epc:idpat:sgtin:4012345.*.*")], "gdca"),
    (&[("MATCH_anyEPC", "urn:epc:idpat:sgtin:4012345.022222.*|urn:ex:truck")], "gf"),
    (&[("MATCH_epcClass", "urn:epc:class:lgtin:4012345.011111.L1")], "b"),
    (&[("MATCH_anyEPCClass", "urn:epc:class:lgtin:4012345.011111.L1")], "gb"),
    (&[("MATCH_anyEPCClass", "https://id.gs1.org/01/04012345111118/10/L2")], "d"),
    (&[("MATCH_anyEPC", "urn:epc:id:sgtin:4012345.011111.2"), ("EQ_action", "ADD")], "a"),
    (
        &[
            ("MATCH_anyEPC", "urn:epc:id:sgtin:4012345.011111.2"),
            ("MATCH_anyEPCClass", "https://x.org/01/04012345111118/10/L2"),
        ],
        "d",
    ),
    (&[("MATCH_anyEPC", "urn:epc:idpat:sgtin:401234.*.*")], ""),
    (&[("MATCH_anyEPC", "urn:epc:idpat:sgtin:40123450.*.*")], ""),
    (&[("MATCH_anyEPC", "urn:epc:idpat:sgtin:4012345.011111.2")], "da"),
    (&[("MATCH_anyEPC", "urn:epc:idpat:sgtin:*.*.*|urn:ex:truck")], "gdcfa"),
    (&[("MATCH_parentID", "urn:epc:idpat:sscc:4012345.*")], "c"),
    (&[("MATCH_parentID", "urn:epc:idpat:sgtin:*.*.*")], ""),
    (&[("MATCH_anyEPCClass", "urn:epc:idpat:sgtin:4012345.*.*")], ""),
    (&[("MATCH_anyEPCClass", "urn:epc:idpat:sgtin:4012345.011111.2")], ""),
    (&[("MATCH_anyEPC", "urn:ex:nothing")], ""),
    (&[("EQ_bizStep", "shipping"), ("EQ_action", "ADD")], ""),
    (&[("EXISTS_errorDeclaration", "true")], ""),
    (&[("EXISTS_errorDeclaration", "false"), ("EQ_action", "ADD")], "cfa"),
];

#[tokio::test]
async fn every_parameter_finds_the_expected_events() {
    let applied = Applied::of(&story()).await;
    let mut tx = applied.tenant(A).await;
    for (parameters, expected) in QUESTIONS {
        let query = query(parameters);
        assert_eq!(ids(&mut tx, A, &query).await, expected, "{parameters:?}");
        let count = count_events(&mut tx, owner(A), &query, 100).await.expect("a count");
        assert_eq!(usize::try_from(count).expect("small"), expected.len(), "{parameters:?}");
        let bounded = count_events(&mut tx, owner(A), &query, 2).await.expect("a count");
        assert_eq!(usize::try_from(bounded).expect("small"), expected.len().min(2), "counting stops at the limit");
    }
}

#[tokio::test]
async fn pages_of_every_size_and_order_make_up_the_answer() {
    let applied = Applied::of(&story()).await;
    let mut tx = applied.tenant(A).await;
    let whole = ["egbdcfa", "afcdbge", "gfedcba", "abcdefg"];
    for (parameters, whole) in QUESTIONS[..4].iter().map(|(parameters, _)| query(parameters)).zip(whole) {
        for limit in 1..=7 {
            let (mut found, mut after, mut pages) = (String::new(), None, 0);
            loop {
                let limit = PageLimit { rows: limit, bytes: u32::MAX };
                let page = find_events(&mut tx, owner(A), &parameters, after.as_ref(), limit).await.expect("a query");
                found.extend(page.rows.iter().map(|row| row.event_id.trim_start_matches("urn:ex:")));
                pages += 1;
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, whole, "pages of {limit}");
            assert_eq!(pages, 7_u32.div_ceil(limit), "no empty page at the end");
        }
    }
}

#[tokio::test]
async fn rare_fields_are_found_by_value() {
    let chain = TestChain::new(1);
    let rest = |more: &str| format!(r#""inputEPCList":["urn:ex:1"],"outputEPCList":["urn:ex:2"]{more}"#);
    let of = |id: &str, more: &str| event("TransformationEvent", id, 1, &rest(more));
    let declared = r#","errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z","reason":"incorrect_data",
        "correctiveEventIDs":["urn:ex:new","urn:ex:newer"]}"#;
    let draws = [
        of("a", r#","transformationID":"urn:ex:t1""#),
        of("b", r#","transformationID":"urn:ex:t2","persistentDisposition":{"set":["completeness_inferred"]}"#),
        of("c", r#","persistentDisposition":{"set":["ex:odd"],"unset":["completeness_inferred"]}"#),
        Draw { outcome: Outcome::Declared, ..of("d", declared) },
    ];
    chain.capture(0, 1_767_225_700_000, A, &draws);
    chain.capture(0, 1_767_225_700_001, B, &[of("e", r#","transformationID":"urn:ex:t1""#)]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    for (name, value, expected) in [
        ("EQ_transformationID", "urn:ex:t1", "a"),
        ("EQ_transformationID", "urn:ex:t2|urn:ex:t1", "ba"),
        ("EQ_transformationID", "urn:ex:completeness_inferred", ""),
        ("EQ_persistentDisposition_set", "https://ref.gs1.org/cbv/Disp-completeness_inferred", "b"),
        ("EQ_persistentDisposition_set", "https://ex.org/odd", "c"),
        ("EQ_persistentDisposition_unset", "completeness_inferred", "c"),
        ("EQ_errorReason", "incorrect_data", "d"),
        ("EQ_errorReason", "did_not_occur", ""),
        ("EQ_correctiveEventID", "urn:ex:newer", "d"),
    ] {
        assert_eq!(ids(&mut tx, A, &query(&[(name, value)])).await, expected, "{name}={value}");
    }
}

#[tokio::test]
async fn error_declarations_are_found_alone() {
    let chain = TestChain::new(1);
    let plain = event("ObjectEvent", "a", 1, r#""action":"ADD","epcList":["urn:ex:1"]"#);
    let declared = Draw { outcome: Outcome::Declared, ..plain.clone() };
    chain.capture(0, 1_767_225_700_000, A, &[plain, declared]);
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    for (value, expected) in [("true", "a"), ("false", "aa")] {
        assert_eq!(ids(&mut tx, A, &query(&[("EXISTS_errorDeclaration", value)])).await, expected);
    }
}

#[tokio::test]
async fn a_tenant_finds_its_own_events_only() {
    let applied = Applied::of(&story()).await;
    let mut tx = applied.tenant(B).await;
    assert_eq!(ids(&mut tx, B, &query(&[])).await, "a");
    assert_eq!(ids(&mut tx, B, &query(&[("MATCH_anyEPC", "urn:epc:id:sgtin:4012345.011111.1")])).await, "a");
    // The statement names the wrong tenant: row-level security is the second protection.
    assert_eq!(ids(&mut tx, A, &query(&[])).await, "");
    assert_eq!(stream_records(&mut tx, A, first_of(A), 10).await.expect("a query"), []);
}

/// The subject of the first record of each transaction of a tenant.
fn first_of(tenant: TenantId) -> Subject {
    Subject::of(tenant, kind::EVENT, "0", &[0; 32])
}

#[tokio::test]
async fn a_stream_lists_every_record_of_a_subject_in_order() {
    let applied = Applied::of(&story()).await;
    let mut tx = applied.tenant(A).await;
    let records = stream_records(&mut tx, A, first_of(A), 10).await.expect("a query");
    let places: Vec<_> = records.iter().map(|record| (record.height.0, record.record_index)).collect();
    assert_eq!(places, [(1, 0), (2, 0), (4, 0)]);
    assert!(records.iter().all(|record| !record.declares_error && record.document_bytes > 100));
    assert_eq!(stream_records(&mut tx, A, first_of(A), 1).await.expect("a query").len(), 1);
    assert_eq!(stream_records(&mut tx, A, first_of(B), 10).await.expect("a query"), []);
}

/// No two ids with equal hashes are known, so the test changes the hashes.
#[tokio::test]
async fn a_hash_collision_of_event_ids_is_not_an_answer() {
    let applied = Applied::of(&story()).await;
    let forge = "UPDATE index.provenance_event SET event_id_hash = (SELECT event_id_hash FROM index.provenance_event
          WHERE event_id = 'urn:ex:d') WHERE event_id = 'urn:ex:e'";
    applied.database.owner().await.execute(forge).await.expect("the owner may run the statement");
    let mut tx = applied.tenant(A).await;
    assert_eq!(ids(&mut tx, A, &query(&[("EQ_eventID", "urn:ex:d")])).await, "d");
}

#[tokio::test]
async fn a_search_has_a_time_limit_of_its_own() {
    let applied = Applied::of(&story()).await;
    let mut tx = applied.tenant(A).await;
    let before: String = sqlx::query_scalar("SHOW statement_timeout").fetch_one(&mut *tx).await.expect("a setting");
    assert_ne!(before, format!("{}s", SEARCH_MS_MAX / 1_000));
    ids(&mut tx, A, &query(&[])).await;
    let within: String = sqlx::query_scalar("SHOW statement_timeout").fetch_one(&mut *tx).await.expect("a setting");
    assert_eq!(within, format!("{}s", SEARCH_MS_MAX / 1_000));
    tx.rollback().await.expect("a rollback");
}

/// The bytes of documents end a page, but a page has one event at least.
#[tokio::test]
async fn a_page_ends_at_its_bytes() {
    let chain = TestChain::new(1);
    let long = |n: u32| {
        let note = format!(r#""action":"ADD","epcList":[],"ex:note":"{}""#, "x".repeat(10_000));
        event("ObjectEvent", &n.to_string(), n, &note)
    };
    chain.capture(0, 1_767_225_700_000, A, &(0..9).map(long).collect::<Vec<_>>());
    let applied = Applied::of(&chain).await;
    let mut tx = applied.tenant(A).await;
    let query = query(&[("orderDirection", "ASC")]);
    for (bytes, pages) in [(1, [1; 9].as_slice()), (25_000, &[2, 2, 2, 2, 1]), (95_000, &[9]), (u32::MAX, &[9])] {
        let limit = PageLimit { rows: 100, bytes };
        let (mut found, mut sizes, mut after) = (String::new(), Vec::new(), None);
        loop {
            let page = find_events(&mut tx, owner(A), &query, after.as_ref(), limit).await.expect("a query");
            found.extend(page.rows.iter().map(|row| row.event_id.trim_start_matches("urn:ex:")));
            sizes.push(page.rows.len());
            let total: usize = page.rows.iter().map(|row| row.document.len()).sum();
            assert!(page.rows.len() == 1 || total <= usize::try_from(bytes).expect("32 bits"), "{total}");
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((&*found, &*sizes), ("012345678", pages), "{bytes}");
    }
}
