//! The machine loses power. The last flush and the write-sets after it restore exactly the state that the last final
//! block committed to. Stored data that does not match it is refused.

use crate::fixture::{Machine, SHARD, capture, genesis};
use chain_replica::RecoveryError;
use chain_state::FLUSH_LEAVES;
use chain_types::{Digest, Height, ShardId};

/// A machine with some blocks that are not flushed.
fn machine() -> Machine {
    let mut machine = Machine::with_tenant();
    for number in 0..5 {
        let transaction = machine.capture(&format!("e{number}"));
        machine.submit(transaction);
        machine.finalise().expect("a block");
    }
    machine
}

#[test]
fn the_write_sets_restore_the_same_chain() {
    let mut before = machine();
    let (tip, totals) = (before.replica.tip().cloned(), before.replica.totals());
    let next = before.capture("next");
    before.submit(next.clone());
    let mut after = machine().restart().expect("the disk is whole");
    assert_eq!((after.replica.tip().cloned(), after.replica.totals()), (tip, totals));
    after.submit(next);
    let (before, after) = (before.finalise().expect("a block"), after.finalise().expect("a block"));
    assert_eq!(before.block, after.block, "the next block is the same as well");
}

#[test]
fn a_flush_replaces_the_write_sets_before_it() {
    let mut machine = machine();
    let before = machine.disk.deltas();
    let half = FLUSH_LEAVES / 2;
    for first in (0..half).step_by(1_000) {
        let transaction = machine.sign((first..first + 1_000).map(|number| capture(&format!("f{number}"))).collect());
        machine.submit(transaction);
    }
    machine.finalise().expect("a block");
    assert_eq!((before, machine.disk.deltas()), (6, 0));
    for number in 0..3 {
        let transaction = machine.capture(&format!("g{number}"));
        machine.submit(transaction);
        machine.finalise().expect("a block");
    }
    assert_eq!(machine.disk.deltas(), 3);
    let tip = machine.replica.tip_digest();
    let mut machine = machine.restart().expect("the disk is whole");
    assert_eq!(machine.replica.tip_digest(), tip);
    let transaction = machine.capture("f0");
    machine.submit(transaction);
    assert!(machine.finalise().is_some(), "flushed buckets are read when they are needed");
}

#[test]
fn missing_or_reordered_write_sets_are_refused() {
    for change in [
        |deltas: &mut Vec<Vec<u8>>| drop(deltas.pop()),
        |deltas: &mut Vec<Vec<u8>>| drop(deltas.remove(0)),
        |deltas: &mut Vec<Vec<u8>>| deltas.swap(4, 5),
    ] {
        let machine = machine();
        machine.disk.change(|held| change(&mut held.deltas));
        let Err(error) = machine.restart() else { panic!("a state with another root is refused") };
        assert!(matches!(error, RecoveryError::Root { height: Height(6), .. }), "{error}");
    }
}

#[test]
fn a_write_set_with_any_changed_byte_is_refused() {
    let disk = machine().disk;
    let mut length = 0;
    disk.change(|held| length = held.deltas[5].len());
    for at in 0..length {
        disk.change(|held| held.deltas[5][at] ^= 0x10);
        assert!(disk.recover(genesis(), SHARD).is_err(), "byte {at}");
        disk.change(|held| held.deltas[5][at] ^= 0x10);
    }
    assert!(disk.recover(genesis(), SHARD).is_ok());
}

#[test]
fn the_blocks_of_another_chain_or_shard_are_refused() {
    let disk = machine().disk;
    let mut other = genesis();
    other.salt = [2; 16];
    for (genesis, shard) in [(other, SHARD), (genesis(), ShardId(1))] {
        let Err(error) = disk.recover(genesis, shard) else { panic!("foreign blocks are refused") };
        assert!(matches!(error, RecoveryError::Foreign { height: Height(6) }), "{error}");
    }
}

#[test]
fn a_tip_without_a_valid_certificate_is_refused() {
    let disk = machine().disk;
    disk.change(|held| {
        let mut block = (**held.blocks.last().expect("blocks")).clone();
        block.header.parent = Digest([9; 32]);
        held.blocks.push(block.into());
    });
    let Err(error) = disk.recover(genesis(), SHARD) else { panic!("a changed header is refused") };
    assert!(matches!(error, RecoveryError::Foreign { height: Height(6) }), "{error}");
}
