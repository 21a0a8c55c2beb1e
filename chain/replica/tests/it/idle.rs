//! One transaction that no block may hold comes to an idle chain, and then nothing does, for days. No view passes and
//! nothing is signed; the next good transaction is final at once.

use crate::{
    fixture::{TENANT, capture},
    group::{FOLLOWER, Group},
};
use chain_types::SecretKey;

#[test]
fn after_a_refused_transaction_nothing_is_signed() {
    let mut group = Group::start();
    let stranger = SecretKey::from_seed(&[0x77; 32]);
    let refused = group.sign_as(&stranger, TENANT, vec![capture("x")]);
    group.submit(FOLLOWER, &refused);
    group.pass_ms(20_000);
    let before = group.signed;
    group.pass_ms(600_000);
    assert_eq!(group.signed, before, "votes on an idle chain");
    let height = group.height(0).next();
    let good = group.capture("good");
    group.submit(FOLLOWER, &good);
    group.pass_ms(200);
    assert_eq!(group.height(0), height);
}

/// A transaction expires while it waits everywhere. It is no work any more.
#[test]
fn what_expired_while_it_waited_is_no_work() {
    let mut group = Group::start();
    let transaction = group.capture("late");
    group.clocks = [i64::try_from(crate::fixture::VALID_FOR_MS).expect("minutes") + 1; 5];
    group.submit(FOLLOWER, &transaction);
    group.pass_ms(60_000);
    let before = group.signed;
    group.pass_ms(120_000);
    assert_eq!(group.signed, before);
}

/// One member alone heard of a transaction, from a client's node that is gone. It hands it on when it gives a view up.
#[test]
fn one_that_has_work_gets_help() {
    let mut group = Group::start();
    let lonely = (group.next_leader() + 2) % 4;
    let transaction = group.capture("alone");
    let height = group.height(0).next();
    group.tell(lonely, &transaction, FOLLOWER);
    group.pass_ms(10_000);
    assert_eq!(group.height(0), height);
}
