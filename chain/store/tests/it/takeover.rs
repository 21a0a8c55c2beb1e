//! A store without blocks takes over the state of another one, part by part. Until the takeover is complete nothing of
//! it counts: a process that stops in between starts with an empty store. Afterwards the store has the same state and
//! tip, but not the earlier blocks.

use crate::fixture::{ancestry, block, flush, seen, time, write};
use chain_state::{Archive, BUCKETS, LeafReader as _, bucket_of};
use chain_store::{Store, StoreError, Tip};
use chain_types::{Digest, Height};
use std::path::Path;

const LOW: Digest = Digest([1; 32]);
const HIGH: Digest = Digest([0xfe; 32]);

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("opens")
}

/// A store of four blocks; the state was flushed with the third.
fn source(folder: &Path) -> Store {
    let store = open(folder);
    write(&store, 1, None, Height(0)).expect("writes");
    write(&store, 2, None, Height(0)).expect("writes");
    write(&store, 3, Some(&flush(&[(LOW, Some("low")), (HIGH, Some("high"))])), Height(0)).expect("writes");
    write(&store, 4, None, Height(3)).expect("writes");
    store
}

const TIP: Tip = Tip { height: Height(3), transactions: 3, records: 6, flushed: Height(3) };

fn take_over(store: &Store) {
    store.take_over_leaves(&flush(&[(LOW, Some("low"))])).expect("writes");
    store.take_over_leaves(&flush(&[(HIGH, Some("high"))])).expect("writes");
    store.take_over_leaves(&ancestry(3)).expect("writes");
    store.take_over_seen(&[(Height(2), time(2), seen(2))]).expect("writes");
}

fn complete(store: &Store) -> Result<(), StoreError> {
    store.complete_takeover(&TIP, &block(3))
}

#[test]
fn a_frozen_view_does_not_change_while_blocks_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(open(folder.path()).freeze().expect("reads").is_none(), "there is no state before the first flush");
    let store = source(folder.path());
    let frozen = store.freeze().expect("reads").expect("a state");
    write(&store, 5, Some(&flush(&[(LOW, None), (HIGH, Some("higher"))])), Height(3)).expect("writes");
    assert_eq!((*frozen.flush(), store.flush().expect("reads").map(|tip| tip.height)), (TIP, Some(Height(5))));
    assert_eq!(frozen.block().expect("reads"), block(3));
    let values = |bucket| frozen.leaves(bucket).expect("reads").into_iter().map(|leaf| leaf.value).collect::<Vec<_>>();
    assert_eq!(values(bucket_of(&LOW)), [Box::from(&b"low"[..])]);
    assert_eq!(values(bucket_of(&HIGH)), [Box::from(&b"high"[..])]);
    let (blocks, last) = frozen.seen(Height(1), usize::MAX).expect("reads");
    assert_eq!((blocks, last), (vec![(Height(2), time(2), seen(2)), (Height(3), time(3), seen(3))], Height(3)));
    let (blocks, last) = frozen.seen(Height(0), 1).expect("reads");
    assert_eq!((blocks.len(), last), (1, Height(1)), "only the first block may exceed the limit");
    let nodes = frozen.nodes().expect("reads");
    let chunk = Archive::over(frozen, nodes).chunk(0, usize::MAX).expect("reads");
    assert_eq!((chunk.leaves.len(), chunk.next), (2, BUCKETS));
}

#[test]
fn a_completed_takeover_equals_its_source() {
    let (folder, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let source = source(other.path());
    {
        let store = open(folder.path());
        take_over(&store);
        complete(&store).expect("writes");
    }
    let store = open(folder.path());
    assert_eq!(store.tip().expect("reads"), Some(TIP));
    assert_eq!(store.nodes().expect("reads"), source.nodes().expect("reads"));
    assert_eq!(store.seen().expect("reads"), [(Height(2), time(2), seen(2))]);
    assert_eq!(
        (store.block(Height(3)).expect("reads"), store.block(Height(2)).expect("reads")),
        (Some(block(3)), None)
    );
    assert_eq!(store.first_block().expect("reads"), Some(Height(3)));
    assert!(store.blocks(Height(1), 8, usize::MAX).expect("reads").is_empty(), "missing blocks give an empty list");
    write(&store, 4, None, Height(3)).expect("writes");
    assert_eq!(store.blocks(Height(3), 8, usize::MAX).expect("reads").len(), 2);
    assert!(store.freeze().expect("reads").is_some(), "another store can take this state over");
}

#[test]
fn an_unfinished_takeover_has_no_effect() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let store = open(folder.path());
        take_over(&store);
    }
    for again in 0..2 {
        let store = open(folder.path());
        assert!(store.nodes().expect("reads").is_empty() && store.seen().expect("reads").is_empty());
        assert!(store.leaves(bucket_of(&LOW)).expect("reads").is_empty());
        assert_eq!(store.tip().expect("reads"), None);
        take_over(&store);
        store.clear_unfinished().expect("writes");
        assert!(store.nodes().expect("reads").is_empty(), "cleared in round {again}");
        take_over(&store);
        assert_eq!(store.leaves(bucket_of(&HIGH)).expect("reads").len(), 1, "the takeover was started again");
    }
    let store = open(folder.path());
    write(&store, 1, None, Height(0)).expect("writes the first block");
    assert_eq!(store.first_block().expect("reads"), Some(Height(1)));
}

#[test]
fn a_store_with_blocks_refuses_a_takeover() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = source(folder.path());
    let refused = |done: Result<(), StoreError>| matches!(done, Err(StoreError::HasBlocks { height: Height(4) }));
    assert!(refused(store.take_over_leaves(&flush(&[(LOW, None)]))));
    assert!(refused(store.take_over_seen(&[])));
    assert!(refused(complete(&store)));
    store.clear_unfinished().expect("does nothing");
    assert_eq!(store.leaves(bucket_of(&LOW)).expect("reads").len(), 1);
}
