//! Aurora Foods joins: the operator registers it with its first key, and that key may sign for it. Only the operator
//! can register a tenant, a tenant is registered once, and a key of small order is rejected.

use crate::fixture::{Ledger, TENANT, account_applied, author, capture, captured, entry, operator, register, rejected};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Command, Height, Mode, PublicKey, TenantId,
    account::{self, Author, AuthorKey, Tenant, TenantKey},
    limit::PARTITIONS_MAX,
};

const OTHER: TenantId = TenantId([0x22; 16]);

#[test]
fn the_operator_registers_a_tenant_and_its_author_may_sign() {
    let mut ledger = Ledger::new();
    let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, vec![register(TENANT, &author(1), 3)]);
    assert_eq!(receipts, [account_applied(account::Event::TenantRegistered { tenant: TENANT })]);
    assert_eq!(ledger.read(&TenantKey(TENANT)), Some(Tenant { partitions: 3, authors: 1 }));
    assert_eq!(ledger.read(&AuthorKey(TENANT, author(1).public_key())), Some(Author { since: Height(1) }));
    assert_eq!(ledger.run_one(capture("e1", "a")), captured("e1"));
}

#[test]
fn a_tenant_cannot_register_another() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(register(OTHER, &author(2), 1)), rejected("account.not_operator"));
    assert_eq!(ledger.read(&TenantKey(OTHER)), None);
}

#[test]
fn a_second_registration_changes_nothing() {
    let mut ledger = Ledger::with_tenant();
    let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, vec![register(TENANT, &author(9), 5)]);
    assert_eq!(receipts, [rejected("account.tenant_exists")]);
    assert_eq!(ledger.read(&TenantKey(TENANT)), Some(Tenant { partitions: 1, authors: 1 }));
    assert_eq!(ledger.read(&AuthorKey(TENANT, author(9).public_key())), None);
}

#[test]
fn a_key_of_small_order_is_refused() {
    let mut ledger = Ledger::new();
    let mut identity = [0; 32];
    identity[0] = 1;
    for weak in [[0; 32], identity] {
        let author = PublicKey::Ed25519(weak);
        let command =
            account::Command::RegisterTenant(account::RegisterTenant { tenant: TENANT, author, partitions: 1 });
        let entries = vec![entry(Vec::new(), Command::Account(command))];
        let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, entries);
        assert_eq!(receipts, [rejected("account.weak_key")]);
    }
    assert_eq!(ledger.read(&TenantKey(TENANT)), None);
}

#[test]
fn partitions_lie_between_one_and_the_limit() {
    let out_of_range = "account.partitions_out_of_range";
    for (partitions, refused) in
        [(0, true), (1, false), (PARTITIONS_MAX, false), (PARTITIONS_MAX + 1, true), (u16::MAX, true)]
    {
        let mut ledger = Ledger::new();
        let entries = vec![register(TENANT, &author(1), partitions)];
        let receipts = ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, entries);
        assert_eq!(receipts == [rejected(out_of_range)], refused, "{partitions} partitions");
    }
}
