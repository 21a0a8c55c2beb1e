//! A leader gives soft confirmations until their number or their value reaches what it may promise, and again after
//! some became final.

use chain_beacon::promise::{PROMISES_MAX, PromiseRefusal, Promises};
use chain_types::{Digest, TxId, digest::Tag, digest::hash};

fn id(number: usize) -> TxId {
    TxId(hash(Tag::TRANSACTION, &[&number.to_le_bytes()]))
}

#[test]
fn the_open_value_is_at_most_the_bond() {
    let mut promises = Promises::default();
    promises.open(id(1), 60, 100).expect("covered");
    promises.open(id(2), 40, 100).expect("covered to the last unit");
    assert_eq!(promises.open(id(3), 1, 100), Err(PromiseRefusal::Value));
    assert_eq!(promises.open(id(2), 0, 100), Err(PromiseRefusal::Duplicate));
    promises.open(id(4), 0, 100).expect("what moves no value needs no cover");
    promises.close(&id(1));
    promises.close(&id(1));
    promises.close(&TxId(Digest::ZERO));
    promises.open(id(3), 60, 100).expect("covered again");
    assert_eq!((promises.value(), promises.len()), (100, 3));
}

#[test]
fn the_open_number_is_limited() {
    let mut promises = Promises::default();
    for number in 0..PROMISES_MAX {
        promises.open(id(number), 0, 1).expect("below the limit");
    }
    assert_eq!(promises.open(id(PROMISES_MAX), 0, 1), Err(PromiseRefusal::Count));
    assert_eq!(promises.owed().count(), PROMISES_MAX);
    promises.close(&id(7));
    promises.open(id(PROMISES_MAX), 0, 1).expect("one became final");
}
