//! Times of any number of digits are compared, ordered and paged exactly.

use super::{A, Applied, owner};
use crate::{
    provenance::{PageLimit, find_events},
    tenant::TenantTx,
    testing::chain::{Draw, TestChain},
};
use standards_epcis::query::parse_parameters;

/// Times in ascending order; the name of the event at each place is its letter. `e` and `f` are the same time.
const TIMES: [&str; 10] = [
    "0000-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59.9999999Z",
    "2026-03-01T00:00:00.0001Z",
    "2026-03-01T00:00:00.00010000000000000000000000000001Z",
    "2026-03-01T00:00:00.0005Z",
    "2026-03-01T01:00:00.000500+01:00",
    "2026-03-01T00:00:00.00050000000000000000000000000001Z",
    "2026-05-04T24:00:00Z",
    "9999-12-31T23:59:59.9999Z",
    "9999-12-31T23:59:59-14:00",
];

fn letter(place: usize) -> char {
    char::from(b'a' + u8::try_from(place).expect("few"))
}

async fn applied() -> Applied {
    let chain = TestChain::new(1);
    let draws: Vec<Draw> = TIMES
        .iter()
        .enumerate()
        .map(|(place, time)| {
            Draw::event(&format!(
                r#"{{"type":"ObjectEvent","eventID":"{}","eventTime":"{time}","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":[]}}"#,
                letter(place)
            ))
        })
        .collect();
    chain.capture(0, 1_767_225_700_001, A, &draws);
    Applied::of(&chain).await
}

async fn found(tx: &mut TenantTx, parameters: &[(&str, &str)]) -> String {
    let query = parse_parameters(parameters.iter().copied()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let limit = PageLimit { rows: 100, bytes: u32::MAX };
    let page = find_events(tx, owner(A), &query, None, limit).await.expect("a query");
    page.rows.iter().map(|row| &*row.event_id).collect()
}

#[tokio::test]
async fn a_bound_divides_events_at_its_last_digit() {
    let applied = applied().await;
    let mut tx = applied.tenant(A).await;
    let ascending = ("orderDirection", "ASC");
    assert_eq!(found(&mut tx, &[ascending]).await, "abcdefghij");
    assert_eq!(found(&mut tx, &[]).await, "jihgfedcba");
    // As many as the events before each, and one more at the time of `f`.
    for (place, time) in TIMES.iter().enumerate() {
        let place = if place == 5 { 4 } else { place };
        let all = "abcdefghij";
        assert_eq!(found(&mut tx, &[ascending, ("GE_eventTime", time)]).await, all[place..], "{time}");
        assert_eq!(found(&mut tx, &[ascending, ("LT_eventTime", time)]).await, all[..place], "{time}");
    }
    let between =
        [("GE_eventTime", "2026-03-01T00:00:00.00010001Z"), ("LT_eventTime", "2026-03-01T00:00:00.0005000001Z")];
    assert_eq!(found(&mut tx, &between).await, "gfe");
}

#[tokio::test]
async fn a_record_time_is_compared_with_every_digit_of_a_bound() {
    let applied = applied().await;
    let mut tx = applied.tenant(A).await;
    // The record time is …40.001.
    for (bound, is_from, is_until) in [
        ("2026-01-01T00:01:40.001Z", true, false),
        ("2026-01-01T00:01:40.0009Z", true, false),
        ("2026-01-01T00:01:40.00100000000001Z", false, true),
        ("2026-01-01T00:01:40.002Z", false, true),
        ("9999-12-31T23:59:59Z", false, true),
    ] {
        assert_eq!(!found(&mut tx, &[("GE_recordTime", bound)]).await.is_empty(), is_from, "{bound}");
        assert_eq!(!found(&mut tx, &[("LT_recordTime", bound)]).await.is_empty(), is_until, "{bound}");
    }
}

#[tokio::test]
async fn pages_agree_with_the_comparison() {
    let applied = applied().await;
    let mut tx = applied.tenant(A).await;
    for (direction, whole) in [("ASC", "abcdefghij"), ("DESC", "jihgfedcba")] {
        let query = parse_parameters([("orderBy", "eventTime"), ("orderDirection", direction)]).expect("valid");
        for rows in 1..=4 {
            let (mut found, mut after) = (String::new(), None);
            loop {
                let limit = PageLimit { rows, bytes: u32::MAX };
                let page = find_events(&mut tx, owner(A), &query, after.as_ref(), limit).await.expect("a query");
                found.extend(page.rows.iter().map(|row| &*row.event_id));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, whole, "{direction} in pages of {rows}");
        }
    }
}

#[tokio::test]
async fn a_row_keeps_the_exact_time() {
    let applied = applied().await;
    let mut tx = applied.tenant(A).await;
    let query = parse_parameters([("EQ_eventID", "g")]).expect("valid");
    let limit = PageLimit { rows: 1, bytes: u32::MAX };
    let page = find_events(&mut tx, owner(A), &query, None, limit).await.expect("a query");
    assert_eq!(page.rows[0].event_time().to_string(), "2026-03-01T00:00:00.00050000000000000000000000000001Z");
    assert!(page.rows[0].document.contains(TIMES[6]), "the spelling is kept");
}
