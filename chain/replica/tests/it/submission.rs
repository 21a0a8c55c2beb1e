//! A client submits the same transaction several times: while it is pending, while its block is being written, after it
//! is final, and after a restart. It is on the chain once, and repetitions get its height.

use crate::fixture::{Machine, ids, sign};
use chain_replica::{Effect, Input, Totals};
use chain_types::Height;

#[test]
fn a_repeat_before_finality_changes_nothing() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    let id = transaction.header.id();
    assert!(machine.submit(transaction.clone()).is_empty());
    assert!(machine.submit(transaction.clone()).is_empty());
    assert_eq!(machine.replica.waiting(), 1);
    let finalised = machine.finalise().expect("a block");
    assert_eq!(ids(&finalised.block.block), [id]);
    assert!(machine.finalise().is_none());
}

#[test]
fn a_repeat_while_the_block_is_decided_is_no_second_transaction() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    machine.submit(transaction.clone());
    assert!(matches!(machine.propose()[..], [Effect::Sign(_)]));
    assert!(machine.submit(transaction).is_empty());
    assert_eq!(machine.replica.waiting(), 1, "a transaction is pending until its block is durable");
}

#[test]
fn a_repeat_while_the_block_is_being_written_is_not_proposed_again() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    machine.submit(transaction.clone());
    let effects = machine.propose();
    let Some(Effect::Sign(vote)) = effects.into_iter().next() else { panic!("a block asks for a signature") };
    let mut effects = machine.step(sign(vote));
    let Some(Effect::Persist(commit)) = effects.pop() else { panic!("a certified block is written") };
    assert!(machine.submit(transaction).is_empty(), "the result is not known yet");
    machine.disk.write(&commit);
    assert!(matches!(machine.step(Input::Persisted)[..], [Effect::Finalised(_)]));
    assert_eq!(machine.replica.waiting(), 0);
    assert!(machine.finalise().is_none(), "there is nothing left to propose");
}

#[test]
fn a_repeat_after_finality_gets_the_height() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    let id = transaction.header.id();
    machine.submit(transaction.clone());
    machine.finalise().expect("a block");
    let mut machine = machine.restart().expect("the disk is whole");
    for _ in 0..2 {
        let effects = machine.submit(transaction.clone());
        assert!(matches!(effects[..], [Effect::AlreadyFinal { tx_id, height: Height(2) }] if tx_id == id));
    }
    assert_eq!(machine.replica.waiting(), 0);
    assert_eq!(machine.replica.totals(), Totals { transactions: 2, records: 2 });
}

#[test]
fn the_announcement_finds_each_transactions_receipts() {
    let mut machine = Machine::with_tenant();
    for count in 1..=3_u32 {
        let entries = (0..count).map(|number| crate::fixture::capture(&format!("e{count} {number}"))).collect();
        let transaction = machine.sign(entries);
        machine.submit(transaction);
    }
    let finalised = machine.finalise().expect("a block");
    let places: Vec<_> = finalised.transactions.iter().map(|(_, first, count)| (*first, *count)).collect();
    assert_eq!(places, [(0, 1), (1, 2), (3, 3)]);
    for (first, count) in places {
        let at = usize::try_from(first).expect("small");
        let expected = &finalised.block.block.receipts[at..at + usize::try_from(count).expect("small")];
        assert_eq!(finalised.receipts(first, count), expected);
    }
    assert_eq!(finalised.totals, Totals { transactions: 4, records: 7 });
    assert!(finalised.receipts(6, 1).is_empty(), "there are no receipts beyond the block");
}
