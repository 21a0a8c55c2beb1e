//! One atomic transaction captures three events. The middle one is rejected, so none takes effect: the state changes
//! only in the seen-set and the ancestry, and each command has a receipt with its reason.

use crate::fixture::{
    Ledger, TENANT, add, author, capture, capture_about, capture_exclusive, captured, event, lot, rejected, remove,
};
use chain_types::{
    Mode, Receipt, Rejection,
    account::{AuthorKey, Tenant, TenantKey},
    limit,
    state::{AncestryKey, SeenKey, TypedKey},
};
use std::collections::BTreeSet;

fn aborted_by(cause: usize) -> Receipt {
    Receipt::Rejected(Rejection::new("ledger.atomic_aborted").with("by", &cause))
}

#[test]
fn one_rejected_command_rejects_all_and_changes_nothing() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(capture("taken", "a"));
    let entries = vec![
        capture_about("e1", "a", &["lot-7"]),
        capture_exclusive("taken", "b"),
        capture_about("e2", "a", &["lot-7"]),
    ];
    let transaction = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), entries);
    let seen = SeenKey::of(&transaction.header.id(), transaction.header.valid_until_ms);
    let outcome = ledger.block(vec![transaction]);
    assert_eq!(outcome.executed.receipts, [aborted_by(1), rejected("provenance.event_exists"), aborted_by(1)]);
    assert_eq!(outcome.executed.leaves.len(), 3, "rejections are records too");
    let written: BTreeSet<_> = outcome.executed.writes.iter().map(|write| write.path).collect();
    assert_eq!(written, BTreeSet::from([seen.path(), AncestryKey.path()]));
    assert_eq!((ledger.head(event("e1")), ledger.head(lot("lot-7"))), (None, None));
}

#[test]
fn a_rollback_restores_what_the_block_wrote_before() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(add(&author(2)));
    let first = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), vec![capture_about("e1", "a", &["lot-7"])]);
    let entries = vec![capture_about("e2", "a", &["lot-7"]), remove(&author(2)), remove(&author(9))];
    let second = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), entries);
    let outcome = ledger.block(vec![first, second]);
    let rejected = rejected("account.unknown_author");
    assert_eq!(outcome.executed.receipts, [captured("e1"), aborted_by(2), aborted_by(2), rejected]);
    assert_eq!(ledger.head(lot("lot-7")).map(|head| head.count), Some(1));
    assert_eq!(ledger.read(&TenantKey(TENANT)), Some(Tenant { partitions: 1, authors: 2 }));
    assert!(ledger.read(&AuthorKey(TENANT, author(2).public_key())).is_some());
}

#[test]
fn without_a_rejection_all_take_effect_and_see_each_other() {
    let mut ledger = Ledger::with_tenant();
    let entries = vec![capture("e1", "a"), capture("e1", "b"), capture_exclusive("e2", "a")];
    let receipts = ledger.run(&author(1), TENANT, Mode::Atomic, entries);
    assert_eq!(receipts, [captured("e1"), captured("e1"), captured("e2")]);
    let entries = vec![capture_exclusive("e3", "a"), capture_exclusive("e3", "b")];
    let receipts = ledger.run(&author(1), TENANT, Mode::Atomic, entries);
    assert_eq!(receipts, [aborted_by(1), rejected("provenance.event_exists")], "the second sees the first");
    assert_eq!(ledger.head(event("e3")), None);
}

#[test]
fn the_largest_transaction_gets_a_receipt_for_each_command() {
    let mut ledger = Ledger::with_tenant();
    let last = limit::ENTRIES_PER_TRANSACTION_MAX - 1;
    let mut entries: Vec<_> = (0..last).map(|number| capture(&format!("e{number}"), "a")).collect();
    entries.push(capture_exclusive("e0", "b"));
    let receipts = ledger.run(&author(1), TENANT, Mode::Atomic, entries);
    assert_eq!(receipts.len(), limit::ENTRIES_PER_TRANSACTION_MAX);
    assert!(receipts[..last].iter().all(|receipt| *receipt == aborted_by(last)));
    assert_eq!(ledger.head(event("e0")), None);
}
