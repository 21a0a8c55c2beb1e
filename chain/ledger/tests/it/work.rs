//! What tenants' commands cost a member is what they weigh, compared with one signature in the same run.

use crate::{
    fixture::{Ledger, TENANT, add, author, capture, capture_about, declare},
    unit,
};
use chain_types::{
    Body, Entry, Mode, WorkParameters,
    limit::{BODY_BYTES_MAX, SUBJECTS_PER_RECORD_MAX},
};

/// Commands of a transaction, so that what a block costs by itself counts little.
const ENTRIES: usize = 10;

/// Asserts that transactions of such commands, each with a number of its own, cost what they weigh.
fn assert_weighs(name: &str, entry: impl Fn(usize) -> Entry) {
    let mut ledger = Ledger::with_tenant();
    let mut run = |number: usize| {
        let entries = (0..ENTRIES).map(|at| entry(number * ENTRIES + at)).collect();
        let transaction = ledger.draft(TENANT, Mode::Independent).sign(&author(1), entries);
        let work = WorkParameters::default().of(&transaction.clone().check().expect("it is well formed"));
        (work, unit::timed(|| assert_eq!(ledger.block(vec![transaction]).refusals, [None])).0)
    };
    let (work, least) = (0..unit::RUNS).map(&mut run).min_by_key(|(_, nanos)| *nanos).expect("something is run");
    unit::assert_weighs(name, work, least);
}

#[test]
fn commands_cost_what_they_weigh() {
    assert_weighs("capture", |number| capture(&number.to_string(), "a"));
    assert_weighs("declaration", |number| declare(&number.to_string(), "a"));
    assert_weighs("author", |number| add(&author(u8::try_from(number + 2).expect("few"))));
    assert_weighs("capture about many", |number| {
        let lots: Vec<_> = (1..SUBJECTS_PER_RECORD_MAX).map(|lot| format!("{number} {lot}")).collect();
        capture_about(&number.to_string(), "a", &lots.iter().map(String::as_str).collect::<Vec<_>>())
    });
    assert_weighs("large capture", |number| {
        let body = Body::Public(vec![7; BODY_BYTES_MAX]);
        Entry { body, ..capture(&number.to_string(), "a") }
    });
}
