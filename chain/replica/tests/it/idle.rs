//! An idle chain gets one transaction that no block may hold, and then nothing more. No view passes and nothing is
//! signed. The next valid transaction is final at once.

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
    // Several views: a transaction that stayed pending would still cause votes after this time.
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

/// A transaction that expires while it is pending everywhere is no work any more.
#[test]
fn an_expired_pending_transaction_is_no_work() {
    let mut group = Group::start();
    let transaction = group.capture("late");
    group.clocks = [i64::try_from(crate::fixture::VALID_FOR_MS).expect("minutes") + 1; 5];
    group.submit(FOLLOWER, &transaction);
    // The transaction has expired by every clock, grace period included.
    group.pass_ms(60_000);
    let before = group.signed;
    group.pass_ms(120_000);
    assert_eq!(group.signed, before);
}

/// Only one member has a transaction, from a client's node that has stopped. It sends the transaction on when it gives
/// up a view.
#[test]
fn a_member_that_alone_has_work_spreads_it() {
    let mut group = Group::start();
    let lonely = (group.next_leader() + 2) % 4;
    let transaction = group.capture("alone");
    let height = group.height(0).next();
    group.deliver(lonely, &transaction, FOLLOWER);
    group.pass_ms(10_000);
    assert_eq!(group.height(0), height);
}
