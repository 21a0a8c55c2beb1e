//! What tenants' commands cost a member is what they weigh, compared with one signature in the same run.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the law has no clock; what measures it needs one"
)]
#![expect(clippy::print_stdout, reason = "the figures are what a new weight is chosen by")]

use crate::fixture::{Ledger, TENANT, add, author, capture, capture_about, declare};
use chain_types::{
    Body, Digest, Entry, Mode, WorkParameters,
    limit::{BODY_BYTES_MAX, SUBJECTS_PER_RECORD_MAX},
    signature::{Claim, Namespace, verify},
};
use std::time::Instant;

/// How many times as much as its weight a command may take: builds without optimisation and busy machines are uneven.
const SLACK: u128 = 5;
const RUNS: usize = 5;
/// Commands of a transaction, so that what a block costs by itself counts little.
const ENTRIES: usize = 10;

fn nanos(run: impl FnOnce()) -> u128 {
    let start = Instant::now();
    run();
    start.elapsed().as_nanos()
}

/// The length of one unit of work on this machine, in nanoseconds: the time of checking a signature, divided by its weight.
fn unit() -> u128 {
    let digest = Digest([2; 32]);
    let claim = Claim { key: author(1).public_key(), digest, signature: author(1).sign(Namespace::VOTE, &digest) };
    let of_signature = (0..4 * RUNS).map(|_| nanos(|| assert!(verify(Namespace::VOTE, &claim)))).min();
    (of_signature.expect("something is run") / u128::from(WorkParameters::default().signature)).max(1)
}

/// Asserts that transactions of such commands, each with a number of its own, cost what they weigh.
fn assert_weighs(name: &str, entry: impl Fn(usize) -> Entry) {
    let mut ledger = Ledger::with_tenant();
    let mut run = |number: usize| {
        let entries = (0..ENTRIES).map(|at| entry(number * ENTRIES + at)).collect();
        let transaction = ledger.draft(TENANT, Mode::Independent).sign(&author(1), entries);
        let work = WorkParameters::default().of(&transaction.clone().check().expect("it is well formed"));
        (u128::from(work), nanos(|| assert_eq!(ledger.block(vec![transaction]).refusals, [None])))
    };
    let (work, least) = (0..RUNS).map(&mut run).min_by_key(|(_, nanos)| *nanos).expect("something is run");
    let unit = unit();
    println!("{name}: weighs {work}, takes {} units of {unit} ns", least / unit);
    assert!(least <= work * SLACK * unit, "{name} weighs {work} and takes {} units", least / unit);
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
