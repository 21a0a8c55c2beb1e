//! One tenant submits more than fits. While no other tenant has pending transactions it may use everything. Otherwise
//! each gets an equal share of the blocks and of the mempool. A transaction that no block could hold is not pending at
//! all.

use crate::{
    fixture::{Machine, author, entry},
    group::{FOLLOWER, Group},
};
use chain_ledger::{OPERATOR_TENANT, Refusal};
use chain_replica::{EXPIRY_GRACE_MS, MEMPOOL_BYTES_MAX, Refused, SHARED_BLOCK_ENTRIES_MAX};
use chain_types::{
    Command, Entry, SecretKey, TenantId, TimestampMs, Transaction, account,
    limit::{BLOCK_BYTES_MAX, TRANSACTION_BYTES_MAX, VALIDITY_MS_MAX},
};

const OTHER: TenantId = TenantId([0x22; 16]);

fn other() -> SecretKey {
    SecretKey::from_seed(&[0x02; 32])
}

fn register_other() -> Entry {
    let author = other().public_key();
    let command = account::RegisterTenant { tenant: OTHER, author, partitions: 1 };
    entry(Command::Account(account::Command::RegisterTenant(command)))
}

/// A group with a second tenant.
fn group() -> Group {
    let mut group = Group::start();
    let registration = group.sign_as(&crate::fixture::operator(), OPERATOR_TENANT, vec![register_other()]);
    let height = group.height(0).next();
    group.submit(FOLLOWER, &registration);
    group.pass_until_height(height);
    for _ in 0..100 {
        group.pass();
    }
    group.refused.clear();
    group
}

fn of_bytes(group: &mut Group, tenant: TenantId, key: &SecretKey, id: &str, bytes: usize) -> Transaction {
    let entries = crate::fixture::commands_of_bytes(id, bytes);
    group.sign_as(key, tenant, entries)
}

fn is_refused(group: &Group, transaction: &Transaction, why: Refused) -> bool {
    let id = transaction.header.id();
    group.refused.iter().any(|(_, tx_id, reason)| *tx_id == id && *reason == why)
}

#[test]
fn a_transaction_that_no_block_could_hold_is_refused() {
    let mut group = group();
    let stranger = SecretKey::from_seed(&[0x77; 32]);
    let capture = || vec![crate::fixture::capture("e")];
    let now = group.now();
    let cases = [
        (stranger.clone(), now + 1_000, Refused::NotAdmitted(Refusal::Author)),
        (author(), now + VALIDITY_MS_MAX + 1_000, Refused::NotAdmitted(Refusal::TooFarAhead)),
        (author(), u64::MAX, Refused::NotAdmitted(Refusal::TooFarAhead)),
        (author(), now - EXPIRY_GRACE_MS - 1_000, Refused::Expired),
        (stranger, now - 1_000, Refused::NotAdmitted(Refusal::Author)),
    ];
    group.spreads = false;
    for (key, until, why) in cases {
        let transaction = group.sign_until(&key, crate::fixture::TENANT, capture(), TimestampMs(until));
        group.submit(FOLLOWER, &transaction);
        assert!(is_refused(&group, &transaction, why), "{:?} instead of {why:?}", group.refused.last());
        assert_eq!(group.replica(FOLLOWER).waiting(), 0);
    }
}

#[test]
fn a_transaction_that_no_block_can_hold_any_more_is_dropped_at_the_next_review() {
    let mut group = group();
    group.spreads = false;
    let second = SecretKey::from_seed(&[0x03; 32]).public_key();
    let waiting = group.capture("by an author that leaves");
    group.submit(FOLLOWER, &waiting);
    for command in [
        account::Command::AddAuthor(account::AddAuthor { author: second }),
        account::Command::RemoveAuthor(account::RemoveAuthor { author: author().public_key() }),
    ] {
        let change = group.sign_as(&author(), crate::fixture::TENANT, vec![entry(Command::Account(command))]);
        let height = group.height(0).next();
        for at in 0..4 {
            group.deliver(at, &change, FOLLOWER);
        }
        group.pass_until_height(height);
    }
    assert_eq!(group.replica(FOLLOWER).waiting(), 1);
    for _ in 0..300 {
        group.pass();
    }
    assert!(is_refused(&group, &waiting, Refused::NotAdmitted(Refusal::Author)));
    assert_eq!(group.replica(FOLLOWER).waiting(), 0);
}

#[test]
fn a_block_is_shared_equally() {
    let mut machine = Machine::with_tenant();
    let registration = machine.sign_as(&crate::fixture::operator(), OPERATOR_TENANT, vec![register_other()]);
    assert!(machine.submit(registration).is_empty());
    machine.finalise().expect("a block with the registration");
    let mut submit = |tenant, key: SecretKey, count: usize| {
        let of = |number: usize| crate::fixture::commands_of_bytes(&number.to_string(), BLOCK_BYTES_MAX / 16);
        for number in 0..count {
            let one = machine.sign_as(&key, tenant, of(number));
            assert!(machine.submit(one).is_empty());
        }
    };
    submit(crate::fixture::TENANT, author(), 20);
    submit(OTHER, other(), 10);
    for expected in [(8, 8), (12, 2)] {
        let block = machine.finalise().expect("a block").block.block.clone();
        let of = |tenant| block.transactions.iter().filter(|one| one.header.tenant == tenant).count();
        assert_eq!((of(crate::fixture::TENANT), of(OTHER)), expected);
    }
}

#[test]
fn a_large_write_keeps_its_tenant_from_filling_a_block_that_others_use() {
    let mut machine = Machine::with_tenant();
    let registration = machine.sign_as(&crate::fixture::operator(), OPERATOR_TENANT, vec![register_other()]);
    assert!(machine.submit(registration).is_empty());
    machine.finalise().expect("a block with the registration");
    let of = |name: &str, count: usize| -> Vec<Entry> {
        (0..count).map(|number| crate::fixture::capture(&format!("{name} {number}"))).collect()
    };
    let mut submit = |tenant, key: &SecretKey, name: &str, count| {
        let one = machine.sign_as(key, tenant, of(name, count));
        assert!(machine.submit(one).is_empty());
    };
    for name in ["a", "b", "c"] {
        submit(crate::fixture::TENANT, &author(), name, SHARED_BLOCK_ENTRIES_MAX);
    }
    submit(OTHER, &other(), "small", 1);
    let mut tenants = Vec::new();
    while let Some(block) = machine.finalise() {
        tenants.push(block.block.block.transactions.iter().map(|one| one.header.tenant).collect::<Vec<_>>());
    }
    assert_eq!(tenants.concat().len(), 4);
    assert!(tenants.iter().all(|block| block.iter().filter(|one| **one == crate::fixture::TENANT).count() <= 1));
    assert!(tenants[0].contains(&OTHER), "the small write is in the first block");
}

#[test]
fn a_tenant_above_its_share_makes_room_only_for_others() {
    let mut group = group();
    group.spreads = false;
    let whole = MEMPOOL_BYTES_MAX / TRANSACTION_BYTES_MAX;
    let mut waiting = Vec::new();
    for number in 0..whole {
        let id = format!("much {number}");
        let one = of_bytes(&mut group, crate::fixture::TENANT, &author(), &id, TRANSACTION_BYTES_MAX);
        group.submit(FOLLOWER, &one);
        waiting.push(one);
    }
    assert!(group.refused.is_empty(), "a single tenant may use everything");
    let more = group.capture("more of the same");
    group.submit(FOLLOWER, &more);
    assert!(is_refused(&group, &more, Refused::Busy));

    for number in 0..whole / 2 {
        let id = format!("other {number}");
        let one = of_bytes(&mut group, OTHER, &other(), &id, TRANSACTION_BYTES_MAX);
        group.submit(FOLLOWER, &one);
        assert!(!is_refused(&group, &one, Refused::Busy), "half of the mempool is the other tenant's share");
        let newest = waiting.pop().expect("one of the first tenant's");
        assert!(is_refused(&group, &newest, Refused::Busy), "the newest one was evicted");
    }
    let above = of_bytes(&mut group, OTHER, &other(), "above", TRANSACTION_BYTES_MAX);
    group.submit(FOLLOWER, &above);
    assert!(is_refused(&group, &above, Refused::Busy), "the other tenant has its share");
    assert_eq!(group.replica(FOLLOWER).waiting(), whole);
}

#[test]
fn a_refused_and_resubmitted_transaction_is_in_a_block_once() {
    let mut machine = Machine::with_tenant();
    let first = machine.capture("first");
    let again = machine.capture("again");
    let second = SecretKey::from_seed(&[0x03; 32]);
    assert!(machine.submit(first).is_empty());
    let add = account::Command::AddAuthor(account::AddAuthor { author: second.public_key() });
    let late = machine.sign_as(&second, crate::fixture::TENANT, vec![crate::fixture::capture("by the second")]);
    assert_eq!(machine.submit(late.clone()).len(), 1, "its author is not known yet");
    let add = machine.sign(vec![entry(Command::Account(add))]);
    assert!(machine.submit(add).is_empty() && machine.submit(again).is_empty());
    assert_eq!(machine.finalise().expect("a block").transactions.len(), 3);
    for _ in 0..2 {
        assert!(machine.submit(late.clone()).is_empty());
    }
    assert_eq!(machine.finalise().expect("a block").transactions.len(), 1);
}

#[cfg(waymark_mutants)]
#[test]
#[should_panic(expected = "assertion")]
fn first_come_first_served_is_detected() {
    chain_types::mutant::activate(Some(chain_types::mutant::FIRST_COME));
    a_block_is_shared_equally();
}
