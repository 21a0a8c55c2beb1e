//! Unrelated events are sent in one transaction. One is rejected; the others take effect.

use crate::fixture::{Ledger, TENANT, author, capture, capture_exclusive, captured, event, rejected};
use chain_types::Mode;

#[test]
fn each_command_has_its_own_outcome() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(capture("taken", "a"));
    let entries = vec![capture("e1", "a"), capture_exclusive("taken", "b"), capture("e2", "a")];
    let receipts = ledger.run(&author(1), TENANT, Mode::Independent, entries);
    assert_eq!(receipts, [captured("e1"), rejected("provenance.event_exists"), captured("e2")]);
    let counts = ["e1", "taken", "e2"].map(|id| ledger.head(event(id)).map(|head| head.count));
    assert_eq!(counts, [Some(1), Some(1), Some(1)]);
}

#[test]
fn nothing_but_rejections_is_still_a_transaction_on_the_chain() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(capture("taken", "a"));
    let entries = vec![capture_exclusive("taken", "b"); 2];
    let transaction = ledger.draft(TENANT, Mode::Independent).sign(&author(1), entries);
    let id = transaction.header.id();
    let outcome = ledger.block(vec![transaction]);
    assert_eq!(outcome.executed.leaves.len(), 2);
    assert_ne!(outcome.executed.leaves[0], outcome.executed.leaves[1], "equal commands at two places are two records");
    assert!(ledger.seen.height(&id).is_some());
}
