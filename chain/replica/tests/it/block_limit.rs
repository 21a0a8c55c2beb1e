//! A block is filled up to its limits and no further. What does not fit begins the next block, in order.

use crate::fixture::{Machine, capture, commands_of_bytes, ids};
use chain_types::limit::{BLOCK_BYTES_MAX, ENTRIES_PER_BLOCK_MAX, ENTRIES_PER_TRANSACTION_MAX, TRANSACTION_BYTES_MAX};

#[test]
fn a_block_holds_as_many_commands_as_its_limit() {
    let mut machine = Machine::with_tenant();
    let fit = ENTRIES_PER_BLOCK_MAX / ENTRIES_PER_TRANSACTION_MAX;
    let mut expected = Vec::new();
    for _ in 0..=fit {
        let transaction = machine.sign(vec![capture("e1"); ENTRIES_PER_TRANSACTION_MAX]);
        expected.push(transaction.header.id());
        machine.submit(transaction);
    }
    let first = machine.finalise().expect("a block");
    assert_eq!(first.block.block.receipts.len(), ENTRIES_PER_BLOCK_MAX);
    let second = machine.finalise().expect("a block");
    let order: Vec<_> = [&first, &second].iter().flat_map(|block| ids(&block.block.block)).collect();
    assert_eq!(order, expected);
}

#[test]
fn a_transaction_with_one_command_too_many_waits() {
    let mut machine = Machine::with_tenant();
    let one = machine.capture("e0");
    machine.submit(one);
    for _ in 0..ENTRIES_PER_BLOCK_MAX / ENTRIES_PER_TRANSACTION_MAX {
        let transaction = machine.sign(vec![capture("e1"); ENTRIES_PER_TRANSACTION_MAX]);
        machine.submit(transaction);
    }
    let counts =
        [machine.finalise(), machine.finalise()].map(|block| block.expect("a block").block.block.receipts.len());
    assert_eq!(counts, [ENTRIES_PER_BLOCK_MAX - ENTRIES_PER_TRANSACTION_MAX + 1, ENTRIES_PER_TRANSACTION_MAX]);
}

#[test]
fn a_block_holds_as_many_bytes_as_its_limit() {
    const SMALL: usize = 600;
    for (excess, expected) in [(0, 3), (1, 2)] {
        let mut machine = Machine::with_tenant();
        let rest = BLOCK_BYTES_MAX - TRANSACTION_BYTES_MAX - SMALL;
        for bytes in [TRANSACTION_BYTES_MAX, rest, SMALL + excess] {
            let transaction = machine.sign(commands_of_bytes("e", bytes));
            machine.submit(transaction);
        }
        let block = machine.finalise().expect("a block");
        assert_eq!(block.block.block.transactions.len(), expected, "{excess} bytes above the limit");
    }
}
