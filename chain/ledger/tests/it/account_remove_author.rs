//! Aurora Foods removes a key: it can no longer sign, not even later in the same block. The last key cannot be removed,
//! because the tenant could then never sign again.

use crate::fixture::{Ledger, TENANT, account_applied, add, author, capture, operator, rejected, remove};
use chain_ledger::{OPERATOR_TENANT, Refusal};
use chain_types::{
    Mode,
    account::{self, AuthorKey, Tenant, TenantKey},
};

#[test]
fn a_removed_author_may_sign_no_longer() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(add(&author(2)));
    let removed = account::Event::AuthorRemoved { author: author(2).public_key() };
    assert_eq!(ledger.run_one(remove(&author(2))), account_applied(removed));
    assert_eq!(ledger.read(&TenantKey(TENANT)), Some(Tenant { partitions: 1, authors: 1 }));
    assert_eq!(ledger.read(&AuthorKey(TENANT, author(2).public_key())), None);
    let late = ledger.draft(TENANT, Mode::Atomic).sign(&author(2), vec![capture("e1", "a")]);
    assert_eq!(ledger.block(vec![late]).refusals, [Some(Refusal::Author)]);
}

#[test]
fn a_removal_counts_from_the_next_transaction_of_the_same_block() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(add(&author(2)));
    let before = ledger.draft(TENANT, Mode::Atomic).sign(&author(2), vec![capture("e1", "a")]);
    let removal = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), vec![remove(&author(2))]);
    let after = ledger.draft(TENANT, Mode::Atomic).sign(&author(2), vec![capture("e2", "b")]);
    let outcome = ledger.block(vec![before, removal, after]);
    assert_eq!(outcome.refusals, [None, None, Some(Refusal::Author)]);
    assert_eq!(outcome.executed.receipts.len(), 2);
}

#[test]
fn an_author_may_remove_itself_but_not_as_the_last() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(remove(&author(1))), rejected("account.last_author"));
    ledger.run_one(add(&author(2)));
    let removed = account::Event::AuthorRemoved { author: author(1).public_key() };
    assert_eq!(ledger.run_one(remove(&author(1))), account_applied(removed));
    let receipts = ledger.run(&author(2), TENANT, Mode::Atomic, vec![remove(&author(2))]);
    assert_eq!(receipts, [rejected("account.last_author")]);
}

#[test]
fn a_key_that_is_no_author_cannot_be_removed() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(remove(&author(5))), rejected("account.unknown_author"));
    let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, vec![remove(&author(1))]);
    assert_eq!(receipts, [rejected("account.unknown_tenant")]);
}
