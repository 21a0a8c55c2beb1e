//! More transactions arrive than fit. Pending ones stay in order. A transaction that does not fit is refused at once as
//! busy and leaves nothing behind, and each block makes room again.

use crate::fixture::{Machine, capture, commands_of_bytes, submission, verify};
use chain_replica::{Effect, Effects, MEMPOOL_BYTES_MAX, MEMPOOL_TRANSACTIONS_MAX, Refused};
use chain_types::{
    Transaction,
    limit::{BLOCK_BYTES_MAX, TRANSACTION_BYTES_MAX},
};

fn is_busy(effects: &Effects, transaction: &Transaction) -> bool {
    let id = transaction.header.id();
    matches!(effects[..], [Effect::Refuse { tx_id, reason: Refused::Busy }] if tx_id == id)
}

#[test]
fn the_count_is_limited() {
    let mut machine = Machine::with_tenant();
    let transactions: Vec<_> = (0..MEMPOOL_TRANSACTIONS_MAX).map(|_| machine.capture("e1")).collect();
    for transaction in verify(transactions) {
        assert!(machine.step(submission(transaction)).is_empty());
    }
    assert_eq!(machine.replica.waiting(), MEMPOOL_TRANSACTIONS_MAX);
    let late = machine.capture("late");
    let effects = machine.submit(late.clone());
    assert!(is_busy(&effects, &late));
    let finalised = machine.finalise().expect("a block");
    let taken = finalised.transactions.len();
    assert!(machine.submit(late).is_empty(), "a block made room");
    assert_eq!(machine.replica.waiting(), MEMPOOL_TRANSACTIONS_MAX - taken + 1);
}

#[test]
fn the_bytes_are_limited() {
    let mut machine = Machine::with_tenant();
    let whole = MEMPOOL_BYTES_MAX / TRANSACTION_BYTES_MAX;
    for number in 0..whole {
        let entries = commands_of_bytes(&number.to_string(), TRANSACTION_BYTES_MAX);
        let transaction = machine.sign(entries);
        assert!(machine.submit(transaction).is_empty(), "transaction {number} of {whole}");
    }
    let late = machine.sign(vec![capture("late")]);
    let effects = machine.submit(late.clone());
    assert!(is_busy(&effects, &late), "the mempool is full to the last byte");
    machine.finalise().expect("a block");
    assert_eq!(machine.replica.waiting(), whole - BLOCK_BYTES_MAX / TRANSACTION_BYTES_MAX);
    assert!(machine.submit(late).is_empty());
}

#[test]
fn one_byte_less_than_the_limit_leaves_no_room_for_a_transaction() {
    let mut machine = Machine::with_tenant();
    let whole = MEMPOOL_BYTES_MAX / TRANSACTION_BYTES_MAX;
    for number in 0..whole {
        let bytes = if number == 0 { TRANSACTION_BYTES_MAX - 1 } else { TRANSACTION_BYTES_MAX };
        let transaction = machine.sign(commands_of_bytes(&number.to_string(), bytes));
        assert!(machine.submit(transaction).is_empty());
    }
    let late = machine.sign(vec![capture("late")]);
    let effects = machine.submit(late.clone());
    assert!(is_busy(&effects, &late));
}
