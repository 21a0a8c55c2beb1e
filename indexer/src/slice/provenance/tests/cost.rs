//! The most work that one query may ask for, over events with many identifiers, ends within the time limit of searches.

use super::{A, Applied, owner};
use crate::{
    provenance::{PageLimit, find_events},
    testing::chain::{Draw, TestChain},
};
use standards_epcis::{
    limit::{PATTERN_COST, QUERY_COST_MAX, QUERY_VALUES_MAX},
    query::parse_parameters,
};
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_most_patterns_and_values_over_large_events_are_answered_in_time() {
    let chain = TestChain::new(1);
    let event = |n: usize| {
        let epcs: Vec<String> = (0..990).map(|epc| format!("\"urn:epc:id:sgtin:4012345.{n:06}.{epc}\"")).collect();
        Draw::event(&format!(
            r#"{{"type":"ObjectEvent","eventID":"urn:ex:{n}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":[{}]}}"#,
            epcs.join(",")
        ))
    };
    chain.capture(0, 1_000, A, &(0..12).map(event).collect::<Vec<_>>());
    let applied = Applied::of(&chain).await;
    let limit = PageLimit { rows: 30, bytes: u32::MAX };
    let patterns: Vec<String> =
        (0..QUERY_COST_MAX / PATTERN_COST).map(|n| format!("urn:epc:idpat:sgtin:4012345.{:06}.*", n % 20)).collect();
    let misses: Vec<String> =
        (0..QUERY_COST_MAX / PATTERN_COST).map(|n| format!("urn:epc:idpat:sgtin:{:06}.*.*", 100_000 + n)).collect();
    let values: Vec<String> =
        (0..QUERY_VALUES_MAX).map(|n| format!("urn:epc:id:sgtin:4012345.{:06}.{n}", n % 12)).collect();
    for (values, expected) in [(patterns, 12), (misses, 0), (values, 12)] {
        let query = parse_parameters([("MATCH_anyEPC", &*values.join("|"))]).expect("within the limits");
        let mut tx = applied.tenant(A).await;
        let begun = Instant::now();
        let page = find_events(&mut tx, owner(A), &query, None, limit).await.expect("an answer in time");
        assert_eq!(page.rows.len(), expected);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        tx.rollback().await.expect("a rollback");
    }
}
