//! Every way to find the events of a query finds the same ones, and reads a number of rows that grows with the rows
//! that match: also for a tenant that the server has no statistics of.

use super::{
    A, Applied, B, owner,
    query::{ALL, QUESTIONS, query, story},
};
use crate::{
    provenance::{
        query::{
            PageLimit, count_statement, limit_search,
            named::Strategy,
            record::{select_by_event_id, select_stream},
            select_events,
        },
        row::{role_bit, subject_hash, text_hash},
        term::term_hash,
    },
    tenant,
    testing::chain::TestChain,
};
use chain_types::{Digest, Subject, TenantId, stream::kind};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, Postgres, QueryBuilder, Row as _};
use standards_epcis::pattern::Pattern;

const EXPLAIN: &str = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ";
/// The events of the tenant that came after the statistics.
const NEW_EVENTS: u32 = 2_000;
/// The events of the tenant that the statistics know.
const KNOWN_EVENTS: u32 = 20_000;
const SHARED_EPC: &str = "urn:epc:id:sgtin:4012345.011111.7";
const RARE_EPC: &str = "urn:epc:id:sgtin:4012345.022222.7";
const PATTERN: &str = "urn:epc:idpat:sgtin:4012345.011111.*";

/// The rows that all nodes of a plan produced or compared.
fn work(plan: &Value) -> f64 {
    let rows =
        ["Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck"];
    let count = |name: &str| plan[name].as_f64().unwrap_or(0.0);
    let of_node = rows.into_iter().map(count).sum::<f64>() * count("Actual Loops");
    of_node + plan["Plans"].as_array().into_iter().flatten().map(work).sum::<f64>()
}

/// SQL that inserts events of a tenant. All of them name [`SHARED_EPC`], a key of [`PATTERN`] and one disposition, and
/// the first names [`RARE_EPC`].
fn rows(owner_of: TenantId, events: u32) -> String {
    let tenant = tenant::uuid(owner_of);
    let term = &query(&[("EQ_persistentDisposition_set", "active")]).terms[0];
    let subject = |epc: &str| subject_hash(subject_of(owner_of, epc));
    let (shared, rare, disposition) = (subject(SHARED_EPC), subject(RARE_EPC), term_hash(&term.values[0]));
    let epc = query(&[("MATCH_epc", PATTERN)]).matches[0].roles[0];
    let (bit, role, range, kind) = (role_bit(epc), epc.number(), first_key(), term.kind.number());
    let id_hash = text_hash("urn:ex:1");
    format!(
        "INSERT INTO index.provenance_event SELECT '{tenant}', 0, n / 100, n % 100, 0,
             CASE n WHEN 1 THEN {id_hash} ELSE n END, n, '', n / 100, 1, NULL, 1, false, NULL, '', '', 'urn:ex:' || n,
             NULL, NULL, NULL, NULL, '{{}}' FROM generate_series(0, {events} - 1) n;
         INSERT INTO index.provenance_stream SELECT '{tenant}', '{shared}', 0, n / 100, n % 100, {bit}
             FROM generate_series(0, {events} - 1) n;
         INSERT INTO index.provenance_stream VALUES ('{tenant}', '{rare}', 0, 0, 0, {bit});
         INSERT INTO index.provenance_term SELECT '{tenant}', {kind}, '{disposition}', 0, n / 100, n % 100
             FROM generate_series(0, {events} - 1) n;
         INSERT INTO index.provenance_pattern SELECT '{tenant}', '{range}' || n, 0, n / 100, n % 100, {role}
             FROM generate_series(0, {events} - 1) n;"
    )
}

/// The subject of an EPC.
fn subject_of(tenant: TenantId, epc: &str) -> Subject {
    let query = query(&[("MATCH_epc", epc)]);
    let [Pattern::Exact(canonical)] = &*query.matches[0].patterns else { panic!("one identifier: {query:?}") };
    owner(tenant).subject_key.subject(tenant, kind::EPC, canonical)
}

/// The first key of [`PATTERN`].
fn first_key() -> String {
    let query = query(&[("MATCH_epc", PATTERN)]);
    let [Pattern::Keys(ranges)] = &*query.matches[0].patterns else { panic!("the pattern has keys: {query:?}") };
    ranges[0].from.clone()
}

/// A database whose statistics know one tenant, and a second tenant that came later.
async fn with_a_new_tenant() -> Applied {
    let applied = Applied::of(&TestChain::new(1)).await;
    let mut owner = applied.database.owner().await;
    for table in ["event", "stream", "term", "pattern"] {
        let statement = format!("ALTER TABLE index.provenance_{table} SET (autovacuum_enabled = false)");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut owner).await.expect("autovacuum is off");
    }
    sqlx::raw_sql(AssertSqlSafe(rows(B, KNOWN_EVENTS))).execute(&mut owner).await.expect("rows");
    owner.execute("ANALYZE").await.expect("statistics");
    sqlx::raw_sql(AssertSqlSafe(rows(A, NEW_EVENTS))).execute(&mut owner).await.expect("rows");
    applied
}

async fn work_of(applied: &Applied, tenant: TenantId, mut statement: QueryBuilder<Postgres>) -> f64 {
    let mut tx = applied.tenant(tenant).await;
    limit_search(&mut tx).await.expect("settings");
    let plan: Value = statement.build_query_scalar().fetch_one(&mut *tx).await.expect("a plan");
    tx.rollback().await.expect("a rollback");
    work(&plan[0]["Plan"])
}

#[tokio::test]
async fn the_rows_read_grow_with_the_rows_that_match_without_statistics() {
    let applied = with_a_new_tenant().await;
    let limit = PageLimit { rows: 30, bytes: 1_000_000 };
    for parameters in [
        vec![("MATCH_epc", SHARED_EPC)],
        vec![("MATCH_epc", PATTERN)],
        vec![("EQ_persistentDisposition_set", "active")],
        vec![("MATCH_epc", SHARED_EPC), ("MATCH_anyEPC", PATTERN), ("EQ_persistentDisposition_set", "active")],
        vec![("MATCH_epc", SHARED_EPC), ("EQ_persistentDisposition_set", "active"), ("EQ_bizStep", "shipping")],
        vec![("MATCH_epc", SHARED_EPC), ("orderBy", "recordTime"), ("orderDirection", "ASC")],
    ] {
        let query = query(&parameters);
        for strategy in [Strategy::check(owner(A), &query), Strategy::collect(owner(A), &query)] {
            let page = select_events(EXPLAIN, owner(A), &query, &strategy, None, limit).expect("a statement");
            let count = count_statement(EXPLAIN, owner(A), &query, &strategy, 10_000);
            for statement in [Some(page), Some(count), strategy.select_counts(EXPLAIN)].into_iter().flatten() {
                let work = work_of(&applied, A, statement).await;
                assert!(work >= 30.0, "the rows are not found: {parameters:?}");
                // A row passes at most this many nodes of a plan.
                assert!(work <= f64::from(40 * NEW_EVENTS), "{work} rows for {parameters:?} {strategy:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_condition_that_names_few_records_reads_few() {
    let applied = with_a_new_tenant().await;
    let limit = PageLimit { rows: 30, bytes: 1_000_000 };
    for tenant in [A, B] {
        let mut tx = applied.tenant(tenant).await;
        for (name, value) in [
            ("MATCH_epc", RARE_EPC),
            ("MATCH_epc", "urn:epc:id:sgtin:4012345.033333.7"),
            ("MATCH_epc", "urn:epc:idpat:sgtin:4012345.033333.*"),
            ("EQ_persistentDisposition_set", "unknown"),
        ] {
            let query = query(&[(name, value)]);
            let strategy = Strategy::choose(&mut tx, owner(tenant), &query).await.expect("a strategy");
            let statement = select_events(EXPLAIN, owner(tenant), &query, &strategy, None, limit).expect("a statement");
            let work = work_of(&applied, tenant, statement).await;
            assert!(work <= 100.0, "{work} rows for {name}={value}");
        }
        let subject = Subject(Digest::ZERO);
        let statement = select_by_event_id(EXPLAIN, tenant, "urn:ex:1", subject, limit).expect("a statement");
        let work = work_of(&applied, tenant, statement).await;
        assert!(work <= 100.0, "{work} rows for an event id");
    }
    let work = work_of(&applied, A, select_stream(EXPLAIN, A, subject_of(A, SHARED_EPC), 1_000)).await;
    assert!((1_000.0..=10_000.0).contains(&work), "{work} rows for a stream");
    // Every event has the value, so a page reads as many events as it shows.
    let query = query(&[("EQ_persistentDisposition_set", "active")]);
    let mut tx = applied.tenant(B).await;
    let strategy = Strategy::choose(&mut tx, owner(B), &query).await.expect("a strategy");
    let statement = select_events(EXPLAIN, owner(B), &query, &strategy, None, limit).expect("a statement");
    let work = work_of(&applied, B, statement).await;
    assert!(work <= 1_000.0, "{work} rows for a page of a common value");
}

#[tokio::test]
async fn every_strategy_finds_the_same_events() {
    let applied = Applied::of(&story()).await;
    let mut tx = applied.tenant(A).await;
    for (parameters, expected) in QUESTIONS {
        let query = query(parameters);
        for strategy in [Strategy::check(owner(A), &query), Strategy::collect(owner(A), &query)] {
            let mut statement = select_events("", owner(A), &query, &strategy, None, ALL).expect("a statement");
            let rows = statement.build().fetch_all(&mut *tx).await.expect("rows");
            let id = |row: &sqlx::postgres::PgRow| row.get::<String, _>("event_id").replace("urn:ex:", "");
            assert_eq!(rows.iter().map(id).collect::<String>(), expected, "{parameters:?} {strategy:?}");
        }
    }
}
