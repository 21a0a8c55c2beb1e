//! The first value that does not fit a column is rejected with the column's name, and so is a stored value that does
//! not fit the ledger's type.

use super::{Load, Store, stored};
use chain_types::{Epoch, Height, ShardId, TimestampMs, beacon::ValidatorId};

#[test]
fn the_greatest_value_fits_and_the_next_does_not() {
    assert_eq!(stored("shard", ShardId(32_767)).expect("it fits"), i16::MAX);
    assert_eq!(stored("height", Height(u64::MAX / 2)).expect("it fits"), i64::MAX);
    assert_eq!(stored("epoch", Epoch(u64::MAX / 2)).expect("it fits"), i64::MAX);
    assert_eq!(stored("time", TimestampMs(u64::MAX / 2)).expect("it fits"), i64::MAX);
    assert_eq!(stored("amount", u64::MAX / 2).expect("it fits"), i64::MAX);
    assert_eq!(stored("length", 2_147_483_647_usize).expect("it fits"), i32::MAX);
    assert_eq!(stored("count", i32::MAX.unsigned_abs()).expect("it fits"), i32::MAX);
    assert_eq!(stored("validator", ValidatorId(u32::MAX)).expect("the value always fits"), i64::from(u32::MAX));
    let refused = [
        stored("shard", ShardId(32_768)).expect_err("too large"),
        stored("height", Height(u64::MAX / 2 + 1)).expect_err("too large"),
        stored("epoch", Epoch(u64::MAX / 2 + 1)).expect_err("too large"),
        stored("time", TimestampMs(u64::MAX / 2 + 1)).expect_err("too large"),
        stored("amount", u64::MAX / 2 + 1).expect_err("too large"),
        stored("count", i32::MAX.unsigned_abs() + 1).expect_err("too large"),
        stored("length", 2_147_483_648_usize).expect_err("too large"),
        stored("action", Some(u64::MAX)).map(drop).expect_err("too large"),
        stored("word", "a\0b").expect_err("no letter of Postgres"),
        stored("text", "a\0b".to_owned()).expect_err("no letter of Postgres"),
    ];
    let columns: Vec<_> = refused.iter().map(|error| error.column.as_str()).collect();
    let expected = ["shard", "height", "epoch", "time", "amount", "count", "length", "action", "word", "text"];
    assert_eq!(columns, expected);
    assert_eq!(refused[1].to_string(), "a value does not fit the column `height`");
}

#[test]
fn a_value_that_the_indexer_never_writes_is_not_read() {
    assert_eq!(TimestampMs::load(7).expect("a time"), TimestampMs(7));
    TimestampMs::load(-1).expect_err("before the first block");
    Height::load(-1).expect_err("no height");
    Epoch::load(-1).expect_err("no epoch");
    u64::load(-1).expect_err("no amount");
    u32::load(-1).expect_err("no count");
    usize::load(-1).expect_err("no length");
    ShardId::load(-1).expect_err("no shard");
    ValidatorId::load(i64::from(u32::MAX) + 1).expect_err("no validator");
    assert_eq!(Option::<u64>::load(None).expect("nothing"), None);
    assert_eq!(None::<Height>.store().expect("nothing"), None);
}
