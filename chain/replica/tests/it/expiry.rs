//! A pending transaction expires. It is refused when its block is built, leaves no trace, and does not delay later
//! transactions. Block time never goes back, even when the clock does.

use crate::fixture::{Machine, VALID_FOR_MS, ids};
use chain_ledger::Refusal;
use chain_replica::{Effect, Refused};
use chain_types::{TimestampMs, TransactionHeader, transaction::Draft};

#[test]
fn an_expired_pending_transaction_is_refused_and_no_block_is_built() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    let id = transaction.header.id();
    machine.submit(transaction);
    let root = machine.replica.tip().map(|(header, _)| header.state_root);
    machine.now = TimestampMs(machine.now.0 + VALID_FOR_MS);
    let effects = machine.propose();
    assert!(matches!(effects[..], [Effect::Refuse { tx_id, reason: Refused::Expired }] if tx_id == id));
    assert_eq!(machine.replica.waiting(), 0);
    let fresh = machine.capture("e2");
    machine.submit(fresh);
    machine.finalise().expect("a block");
    assert_ne!(machine.replica.tip().map(|(header, _)| header.state_root), root);
}

#[test]
fn one_millisecond_before_its_expiry_it_is_accepted() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    machine.now = TimestampMs(machine.now.0 + VALID_FOR_MS - 1);
    assert!(machine.finalise().is_some());
}

#[test]
fn the_neighbours_of_a_refused_transaction_get_their_block() {
    let mut machine = Machine::with_tenant();
    let old = machine.capture("old");
    machine.now = TimestampMs(machine.now.0 + 1);
    let young = machine.capture("young");
    let (old_id, young_id) = (old.header.id(), young.header.id());
    machine.submit(old);
    machine.submit(young);
    machine.now = TimestampMs(machine.now.0 + VALID_FOR_MS - 1);
    let effects = machine.propose();
    let [Effect::Refuse { tx_id, reason: Refused::Expired }, Effect::Sign(vote)] = &effects[..] else {
        panic!("one refusal, then a block")
    };
    assert_eq!(*tx_id, old_id);
    let effects = machine.step(crate::fixture::sign(vote.clone()));
    let [Effect::Persist(commit)] = &effects[..] else { panic!("a certified block is persisted") };
    assert_eq!(ids(&commit.block.block), [young_id]);
}

#[test]
fn a_transaction_that_is_not_admitted_may_be_submitted_again() {
    let mut machine = Machine::with_tenant();
    let stranger = chain_types::SecretKey::from_seed(&[0x55; 32]);
    let TransactionHeader { chain_id, tenant, valid_until_ms, salt, mode, .. } = machine.capture("e1").header;
    let draft = Draft { chain_id, tenant, valid_until_ms, salt, mode };
    let transaction = draft.sign(&stranger, vec![crate::fixture::capture("e1")]);
    for _ in 0..2 {
        let effects = machine.submit(transaction.clone());
        let reason = Refused::NotAdmitted(Refusal::Author);
        assert!(matches!(effects[..], [Effect::Refuse { reason: found, .. }] if found == reason));
    }
}

#[test]
fn block_time_never_goes_back() {
    let mut machine = Machine::with_tenant();
    let tip_time = |machine: &Machine| machine.replica.tip().map(|(header, _)| header.timestamp_ms);
    let first = tip_time(&machine);
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    machine.now = TimestampMs(machine.now.0 - 60_000);
    machine.finalise().expect("a block");
    assert_eq!(tip_time(&machine), first, "a clock that was set back gives the parent's time");
}
