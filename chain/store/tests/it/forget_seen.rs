//! A shard runs for years. The seen-set drops the transactions of blocks so old that none of them can still be valid,
//! and keeps those of younger blocks. The order of calls does not matter.

use crate::fixture::{time, write};
use chain_store::Store;
use chain_types::{Height, TimestampMs, limit::VALIDITY_MS_MAX};

fn heights(store: &Store) -> Vec<u64> {
    store.seen().expect("reads").iter().map(|(height, ..)| height.0).collect()
}

#[test]
fn only_expired_transactions_are_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    store.forget_seen(TimestampMs(u64::MAX)).expect("an empty store forgets nothing");
    for height in 1..=6 {
        write(&store, height, None, Height(0)).expect("writes");
    }
    let last_expiry = TimestampMs(time(3).0 + VALIDITY_MS_MAX);
    for (before, kept) in [
        (TimestampMs(0), vec![1, 2, 3, 4, 5, 6]),
        (last_expiry, vec![3, 4, 5, 6]),
        (TimestampMs(last_expiry.0 + 1), vec![4, 5, 6]),
        (last_expiry, vec![4, 5, 6]),
        (TimestampMs(u64::MAX), vec![]),
    ] {
        store.forget_seen(before).expect("forgets");
        assert_eq!(heights(&store), kept, "before {before}");
    }
    write(&store, 7, None, Height(0)).expect("writes");
    assert_eq!(heights(&store), [7], "later blocks are added again");
    assert!(store.block(Height(1)).expect("reads").is_some(), "blocks are kept");
}
