//! The execution time of tenants' commands matches their weight, measured against one signature check in the same run.

use crate::{
    fixture::{Ledger, TENANT, add, author, capture, capture_about, declare},
    unit,
};
use chain_types::{
    Body, Entry, Mode, WorkParameters,
    limit::{BODY_BYTES_MAX, SUBJECTS_PER_RECORD_MAX},
};

/// Entries per transaction; enough that the fixed cost of a block matters little.
const ENTRIES: usize = 10;

/// Asserts that transactions of such entries take no longer than they weigh. `entry` gets another number each time.
fn assert_weighs(name: &str, entry: impl Fn(usize) -> Entry) {
    let mut ledger = Ledger::with_tenant();
    let mut run = |number: usize| {
        let entries = (0..ENTRIES).map(|index| entry(number * ENTRIES + index)).collect();
        let transaction = ledger.draft(TENANT, Mode::Independent).sign(&author(1), entries);
        let work = WorkParameters::default()
            .of(&transaction.clone().check().expect("the test's transactions are well formed"));
        (work, unit::timed(|| assert_eq!(ledger.block(vec![transaction]).refusals, [None])).0)
    };
    let (work, shortest) = (0..unit::RUNS).map(&mut run).min_by_key(|(_, nanos)| *nanos).expect("at least one run");
    unit::assert_weighs(name, work, shortest);
}

#[test]
fn commands_cost_what_they_weigh() {
    assert_weighs("capture", |number| capture(&number.to_string(), "a"));
    assert_weighs("declaration", |number| declare(&number.to_string(), "a"));
    assert_weighs("author", |number| add(&author(u8::try_from(number + 2).expect("at most 50 authors"))));
    assert_weighs("capture about many", |number| {
        let lots: Vec<_> = (1..SUBJECTS_PER_RECORD_MAX).map(|lot| format!("{number} {lot}")).collect();
        capture_about(&number.to_string(), "a", &lots.iter().map(String::as_str).collect::<Vec<_>>())
    });
    assert_weighs("large capture", |number| {
        let body = Body::Public(vec![7; BODY_BYTES_MAX]);
        Entry { body, ..capture(&number.to_string(), "a") }
    });
}
