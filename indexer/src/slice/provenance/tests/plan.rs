//! The plans of every statement: an index that begins with the tenant bounds each scan, so that rows of other tenants
//! are never read.

use super::{A, Applied, owner};
use crate::{
    provenance::{
        ElementFilter, ValueKind,
        query::{
            EventPosition, PageLimit, count_statement,
            element::{select_element, select_element_versions, select_elements, select_elements_by_id},
            named::Strategy,
            place::select_children,
            record::{select_by_event_id, select_stream},
            select_events,
            value::{select_value, select_values},
        },
    },
    testing::chain::{Draw, TestChain},
};
use chain_types::{Digest, Height, ShardId, Subject};
use serde_json::Value;
use sqlx::{Executor as _, Postgres, QueryBuilder, types::Uuid};
use standards_epcis::{query::parse_parameters, timestamp::Timestamp};

const EXPLAIN: &str = "EXPLAIN (FORMAT JSON) ";

/// Collects the scans of a plan that read a table.
fn scans<'p>(plan: &'p Value, found: &mut Vec<&'p Value>) {
    if plan["Node Type"].as_str().is_some_and(|node| node.contains("Scan"))
        && (plan["Relation Name"].is_string() || plan["Index Name"].is_string())
    {
        found.push(plan);
    }
    for below in plan["Plans"].as_array().into_iter().flatten() {
        scans(below, found);
    }
}

/// Every statement, with its name.
fn statements() -> Vec<(String, QueryBuilder<Postgres>)> {
    let limit = PageLimit { rows: 30, bytes: 1_000_000 };
    let after =
        EventPosition { time: Timestamp::from_unix_ms(0), shard: ShardId(0), height: Height(1), record_index: 7 };
    let (id, subject) = ("urn:ex:1", Subject(Digest::ZERO));
    let mut statements: Vec<(String, QueryBuilder<Postgres>)> = vec![
        ("stream".to_owned(), select_stream(EXPLAIN, A, subject, 10)),
        ("event id".to_owned(), select_by_event_id(EXPLAIN, A, id, subject, limit).expect("a statement")),
    ];
    for kind in ValueKind::ALL {
        for after in [None, Some(id)] {
            let name = format!("values {kind:?} {after:?}");
            statements.push((name, select_values(EXPLAIN, A, kind, after, 31).expect("a statement")));
        }
        statements.push((format!("value {kind:?}"), select_value(EXPLAIN, A, kind, id).expect("a statement")));
    }
    for as_of in [None, Some(7)] {
        statements.push((format!("element {as_of:?}"), select_element(EXPLAIN, A, subject, as_of)));
    }
    for before in [None, Some((ShardId(0), Height(1), 7))] {
        let statement = select_element_versions(EXPLAIN, A, subject, before, limit).expect("a statement");
        statements.push((format!("versions {before:?}"), statement));
    }
    let element = ("urn:ex:vocabulary".to_owned(), id.to_owned());
    for (vocabulary, id) in [(false, false), (true, false), (false, true), (true, true)] {
        let filter =
            ElementFilter { vocabulary: vocabulary.then(|| element.0.clone()), id: id.then(|| element.1.clone()) };
        for after in [None, Some(&element)] {
            let statement = select_elements(EXPLAIN, A, &filter, after, limit).expect("a statement");
            statements.push((format!("elements {filter:?} {}", after.is_some()), statement));
        }
    }
    for after in [None, Some("urn:ex:vocabulary")] {
        let ids = ["urn:ex:1".to_owned(), "urn:ex:2".to_owned()];
        let statement = select_elements_by_id(EXPLAIN, A, &ids, after, limit).expect("a statement");
        statements.push((format!("elements by id {}", after.is_some()), statement));
    }
    statements.push(("children".to_owned(), select_children(EXPLAIN, owner(A), vec![Uuid::nil(), Uuid::max()])));
    let exact = "urn:epc:id:sgtin:4012345.011111.9";
    let both = format!("{exact}|urn:epc:idpat:sgtin:4012345.*.*");
    for parameters in [
        vec![],
        vec![("orderBy", "recordTime"), ("orderDirection", "ASC")],
        vec![("GE_eventTime", "2026-01-01T00:00:00.0001Z"), ("LT_eventTime", "2026-01-02T00:00:00Z")],
        vec![("GE_recordTime", "2026-01-01T00:00:00Z"), ("LT_recordTime", "2026-01-02T00:00:00Z")],
        vec![("EQ_eventID", "urn:ex:1|urn:ex:2")],
        vec![("EQ_bizStep", "shipping"), ("EQ_action", "ADD"), ("eventType", "ObjectEvent")],
        vec![("EXISTS_errorDeclaration", "true")],
        vec![("EQ_persistentDisposition_set", "active|unknown"), ("EQ_transformationID", "urn:x:1")],
        vec![("EQ_disposition", "active"), ("EQ_readPoint", "urn:x:1"), ("EQ_bizLocation", "urn:x:1")],
        vec![("MATCH_epc", exact)],
        vec![("MATCH_epc", "urn:epc:idpat:sgtin:4012345.011111.*")],
        vec![("MATCH_anyEPC", &*both), ("MATCH_anyEPCClass", &*both)],
    ] {
        let query = parse_parameters(parameters.iter().copied()).expect("valid");
        if let Some(statement) = Strategy::check(owner(A), &query).select_counts(EXPLAIN) {
            statements.push((format!("counts {parameters:?}"), statement));
        }
        for strategy in [Strategy::check(owner(A), &query), Strategy::collect(owner(A), &query)] {
            for after in [None, Some(&after)] {
                let statement = select_events(EXPLAIN, owner(A), &query, &strategy, after, limit).expect("a statement");
                statements.push((format!("{parameters:?} {} {strategy:?}", after.is_some()), statement));
            }
            let statement = count_statement(EXPLAIN, owner(A), &query, &strategy, 100);
            statements.push((format!("count {parameters:?} {strategy:?}"), statement));
        }
    }
    statements
}

#[tokio::test]
async fn every_scan_is_bounded_by_the_tenant() {
    let chain = TestChain::new(1);
    let event = |n: usize| {
        Draw::event(&format!(
            r#"{{"type":"ObjectEvent","eventID":"urn:ex:{n}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:epc:id:sgtin:4012345.011111.{n}"]}}"#
        ))
    };
    chain.capture(0, 1_000, A, &(0..500).map(event).collect::<Vec<_>>());
    let applied = Applied::of(&chain).await;
    applied.database.owner().await.execute("ANALYZE").await.expect("statistics");
    // A table of a test is read faster as a whole, so that choice is taken away.
    for settings in
        ["SET LOCAL enable_seqscan = off", "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off"]
    {
        let mut tx = applied.tenant(A).await;
        tx.execute(settings).await.expect("settings");
        for (name, mut statement) in statements() {
            let plan: Value = statement.build_query_scalar().fetch_one(&mut *tx).await.expect(&name);
            let mut found = Vec::new();
            scans(&plan[0]["Plan"], &mut found);
            assert!(!found.is_empty(), "{name}");
            for scan in found {
                // A bitmap scan is bounded by the index scans below it.
                let is_bounded = scan["Index Cond"].as_str().is_some_and(|bound| bound.contains("tenant_id"));
                assert!(is_bounded || scan["Node Type"] == "Bitmap Heap Scan", "{name}: {scan:#}");
                assert_ne!(scan["Node Type"], "Seq Scan", "{name}: {scan:#}");
            }
        }
        tx.rollback().await.expect("a rollback");
    }
}
