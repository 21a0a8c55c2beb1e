//! Aurora Foods rotates its keys: an author adds another key. A key cannot be added twice, a key of small order never,
//! and a tenant has a limited number of authors.

use crate::fixture::{Ledger, TENANT, account_applied, add, author, capture, captured, entry, operator, rejected};
use chain_ledger::OPERATOR_TENANT;
use chain_state::Write;
use chain_types::{
    Command, Mode, PublicKey,
    account::{self, Tenant, TenantKey},
    codec,
    limit::AUTHORS_PER_TENANT_MAX,
    state::TypedKey,
};

#[test]
fn an_added_author_may_sign() {
    let mut ledger = Ledger::with_tenant();
    let added = account::Event::AuthorAdded { author: author(2).public_key() };
    assert_eq!(ledger.run_one(add(&author(2))), account_applied(added));
    assert_eq!(ledger.read(&TenantKey(TENANT)), Some(Tenant { partitions: 1, authors: 2 }));
    let receipts = ledger.run(&author(2), TENANT, Mode::Atomic, vec![capture("e1", "a")]);
    assert_eq!(receipts, [captured("e1")]);
}

#[test]
fn an_author_is_added_once() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(add(&author(1))), rejected("account.author_exists"));
    assert_eq!(ledger.read(&TenantKey(TENANT)), Some(Tenant { partitions: 1, authors: 1 }));
}

#[test]
fn a_weak_key_is_never_an_author() {
    let mut ledger = Ledger::with_tenant();
    let command = account::Command::AddAuthor(account::AddAuthor { author: PublicKey::Ed25519([0; 32]) });
    assert_eq!(ledger.run_one(entry(Vec::new(), Command::Account(command))), rejected("account.weak_key"));
}

#[test]
fn the_operator_has_no_authors_to_change() {
    let mut ledger = Ledger::new();
    let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, vec![add(&author(2))]);
    assert_eq!(receipts, [rejected("account.unknown_tenant")]);
}

/// Writes a count just below the limit into the state instead of adding a million authors.
#[test]
fn the_last_author_below_the_limit_is_added_and_the_next_rejected() {
    let mut ledger = Ledger::with_tenant();
    let crowded = Tenant { partitions: 1, authors: AUTHORS_PER_TENANT_MAX - 1 };
    let value = codec::encode(&crowded).into_boxed_slice();
    let write = Write { path: TenantKey(TENANT).path(), value: Some(value) };
    ledger.state.apply(vec![write]).expect("the test state has no disk");
    let added = account::Event::AuthorAdded { author: author(2).public_key() };
    assert_eq!(ledger.run_one(add(&author(2))), account_applied(added));
    assert_eq!(ledger.run_one(add(&author(3))), rejected("account.too_many_authors"));
}
