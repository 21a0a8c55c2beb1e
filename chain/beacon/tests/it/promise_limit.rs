//! A leader gives promises until their number, size or value reaches its limit, and again after some became final or
//! expired.

use chain_beacon::promise::{Load, PROMISED_BYTES_MAX, PROMISED_ENTRIES_MAX, PROMISES_MAX, PromiseRefusal, Promises};
use chain_types::{
    Digest, TimestampMs, TxId,
    digest::{Tag, hash},
};

/// The maximum work of a block.
const WORK_MAX: u64 = 100_000;
const LIGHT: Load = Load { value: 0, entries: 1, bytes: 1, work: 1, valid_until_ms: TimestampMs(60_000) };

fn id(number: usize) -> TxId {
    TxId(hash(Tag::TRANSACTION, &[&number.to_le_bytes()]))
}

const fn of_value(value: u64) -> Load {
    Load { value, ..LIGHT }
}

#[test]
fn the_open_value_is_at_most_the_bond() {
    let mut promises = Promises::default();
    promises.open(id(1), of_value(60), 100, WORK_MAX).expect("covered");
    promises.open(id(2), of_value(40), 100, WORK_MAX).expect("covered to the last unit");
    assert_eq!(promises.open(id(3), of_value(1), 100, WORK_MAX), Err(PromiseRefusal::Value));
    assert_eq!(promises.open(id(2), of_value(0), 100, WORK_MAX), Err(PromiseRefusal::Duplicate));
    promises.open(id(4), of_value(0), 0, WORK_MAX).expect("a transaction without value needs no bond");
    assert!(promises.close(&id(1)));
    assert!(!promises.close(&id(1)));
    assert!(!promises.close(&TxId(Digest::ZERO)));
    promises.open(id(3), of_value(60), 100, WORK_MAX).expect("covered again");
    assert_eq!((promises.value(), promises.len()), (100, 3));
}

#[test]
fn the_open_number_is_limited() {
    let mut promises = Promises::default();
    for number in 0..PROMISES_MAX {
        promises.open(id(number), LIGHT, 1, WORK_MAX).expect("below the limit");
    }
    assert_eq!(promises.open(id(PROMISES_MAX), LIGHT, 1, WORK_MAX), Err(PromiseRefusal::Count));
    assert_eq!(promises.len(), PROMISES_MAX);
    assert!(promises.close(&id(7)));
    promises.open(id(PROMISES_MAX), LIGHT, 1, WORK_MAX).expect("one became final");
}

/// All promised transactions fit into the leader's next block, regardless of others.
#[test]
fn the_promised_transactions_fit_into_one_block() {
    let large = Load { bytes: PROMISED_BYTES_MAX - 1, ..LIGHT };
    let long = Load { entries: PROMISED_ENTRIES_MAX - 1, ..LIGHT };
    let heavy = Load { work: WORK_MAX / 2 - 1, ..LIGHT };
    for load in [large, long, heavy] {
        let mut promises = Promises::default();
        promises.open(id(1), load, 0, WORK_MAX).expect("below the limit");
        promises.open(id(2), LIGHT, 0, WORK_MAX).expect("up to the limit");
        assert_eq!(promises.open(id(3), LIGHT, 0, WORK_MAX), Err(PromiseRefusal::Size));
    }
}

/// A promise from before a restart is kept, even when the limits leave no room for a new one.
#[test]
fn a_promise_from_before_a_restart_counts_regardless_of_limits() {
    let mut promises = Promises::default();
    promises.reopen(id(1), of_value(500));
    promises.reopen(id(1), of_value(500));
    assert_eq!((promises.value(), promises.len(), promises.is_owed(&id(1))), (500, 1, true));
    assert_eq!(promises.open(id(2), of_value(1), 100, WORK_MAX), Err(PromiseRefusal::Value));
}

#[test]
fn an_expired_transaction_is_no_longer_owed() {
    let until = |ms| Load { valid_until_ms: TimestampMs(ms), ..LIGHT };
    let mut promises = Promises::default();
    for (number, ms) in [(1, 100), (2, 200), (3, 300)] {
        promises.open(id(number), until(ms), 0, WORK_MAX).expect("below the limits");
    }
    assert_eq!(promises.expire(TimestampMs(99)), []);
    assert_eq!(promises.expire(TimestampMs(200)), [id(1), id(2)], "a block at the time of expiry may not contain it");
    assert_eq!((promises.len(), promises.is_owed(&id(3))), (1, true));
}
