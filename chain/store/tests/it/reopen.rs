//! Blocks are written, the process ends, and another one opens the folder. It finds every block, write-set and
//! transaction, and the tip. Two processes never have the folder open at once.

use crate::fixture::{block, delta, seen, time, write};
use chain_store::{Store, StoreError, Tip};
use chain_types::Height;

#[test]
fn a_new_store_is_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    assert_eq!(store.tip().expect("reads"), None);
    assert_eq!(store.block(Height(1)).expect("reads"), None);
    assert!(store.seen().expect("reads").is_empty() && store.nodes().expect("reads").is_empty());
}

#[test]
fn what_was_written_is_read_back_by_the_next_process() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..2_u64 {
        let store = Store::open(folder.path()).expect("opens");
        for height in 1..=3 * round {
            assert_eq!(store.block(Height(height)).expect("reads"), Some(block(height)));
        }
        for height in 3 * round + 1..=3 * round + 3 {
            assert_eq!(write(&store, height, None, Height(0)).expect("writes"), Height(0));
        }
        let height = 3 * round + 3;
        let tip = Tip { height: Height(height), transactions: height, records: 2 * height, flushed: Height(0) };
        assert_eq!(store.tip().expect("reads"), Some(tip));
        assert_eq!(store.deltas(&tip).expect("reads"), (1..=height).map(delta).collect::<Vec<_>>());
        let ids = (1..=height).map(|height| (Height(height), time(height), seen(height)));
        assert_eq!(store.seen().expect("reads"), ids.collect::<Vec<_>>());
        assert_eq!(store.block(Height(height + 1)).expect("reads"), None);
    }
}

#[test]
fn a_folder_in_use_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let _store = Store::open(folder.path()).expect("opens");
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Database { doing: "opening", .. })));
}

#[test]
fn a_missing_write_set_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    write(&store, 1, None, Height(0)).expect("writes");
    let ahead = Tip { height: Height(2), flushed: Height(0), ..Tip::default() };
    assert!(matches!(store.deltas(&ahead), Err(StoreError::Missing { what: "write-set", height: Height(2) })));
}
