//! Paths from headers into the tree over all headers before a block, in a store with every block and in a store that
//! took over a state.

use crate::fixture::{ancestry, block, write};
use chain_store::{Store, StoreError, Tip};
use chain_types::{Height, ancestry::Ancestry, codec};

/// The blocks of the longer chain; its tree has several peaks at most heights.
const LAST: u64 = 45;

/// The tree that the state holds after the block of a height.
fn tree(height: u64) -> Ancestry {
    let value = ancestry(height).leaves.remove(0).value.expect("the write has a value");
    codec::decode("an ancestry", &value).expect("the fixture encoded the bytes")
}

fn is_proved(store: &Store, of: u64, after: u64) -> bool {
    let siblings = store.ancestor_path(Height(of), Height(after)).expect("reads");
    siblings.is_some_and(|siblings| tree(after).contains(of, &block(of).header.digest(), &siblings))
}

#[test]
fn every_header_has_a_path_after_every_later_block() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    for height in 1..=LAST {
        write(&store, height, None, Height(0)).expect("writes");
    }
    drop(store);
    let store = Store::open(folder.path()).expect("opens");
    for after in 2..=LAST + 1 {
        for of in 1..after {
            assert!(is_proved(&store, of, after), "{of} after {after}");
        }
    }
    for (of, after) in [(3, 3), (4, 3), (0, 0), (1, 2 * LAST)] {
        assert_eq!(store.ancestor_path(Height(of), Height(after)).expect("reads"), None, "{of} after {after}");
    }
}

#[test]
fn a_store_that_took_over_has_the_paths_of_its_own_headers() {
    for first in [1, 2, 3, 7, 8, 20] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("opens");
        store.take_over_leaves(&ancestry(first)).expect("writes");
        store.complete_takeover(&Tip { height: Height(first), ..Tip::default() }, &block(first)).expect("writes");
        for height in first + 1..=LAST {
            write(&store, height, None, Height(first)).expect("writes");
        }
        for after in first + 1..=LAST + 1 {
            assert!((first..after).all(|of| is_proved(&store, of, after)), "from {first} after {after}");
        }
    }
}

#[test]
fn a_state_that_does_not_hold_the_headers_before_its_block_is_not_taken_over() {
    for height in [None, Some(2), Some(4)] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("opens");
        if let Some(height) = height {
            store.take_over_leaves(&ancestry(height)).expect("writes");
        }
        let refused = store.complete_takeover(&Tip { height: Height(3), ..Tip::default() }, &block(3));
        let is_error = matches!(refused, Err(StoreError::Missing { .. } | StoreError::Damaged { .. }));
        assert!(is_error && store.tip().expect("reads").is_none(), "{height:?}: {refused:?}");
    }
}

#[test]
fn a_block_without_those_before_it_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let refused = write(&store, 3, None, Height(0));
    assert!(matches!(refused, Err(StoreError::Missing { height: Height(3), .. })), "{refused:?}");
}
