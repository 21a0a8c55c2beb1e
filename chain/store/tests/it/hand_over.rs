//! The committee of an epoch is proved by the epoch before. The proof is written with the block that it comes from, is
//! never removed, and is read in pages by a peer that follows the chain of hand-overs.

use crate::fixture::{ancestry, batch, block, delta, flush, hand_over, seen, write};
use chain_store::{Store, Tip};
use chain_types::{Digest, Epoch, Height, codec};
use std::path::Path;

const LOW: Digest = Digest([1; 32]);

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("opens")
}

/// A store whose blocks 1 to 4 each began an epoch. The state was flushed with block 3.
fn source(folder: &Path) -> Store {
    let store = open(folder);
    let state = flush(&[(LOW, Some("low"))]);
    for height in 1..=4 {
        let (block, delta, seen) = (block(height), delta(height), seen(height));
        let batch = batch(height, &block, &delta, &seen);
        let (proof, flush) = (hand_over(height), (height == 3).then_some(&state));
        store.write(&chain_store::BlockBatch { hand_over: Some(&proof), flush, ..batch }).expect("writes");
    }
    store
}

#[test]
fn a_proof_is_written_with_its_block_and_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(source(folder.path()));
    let store = open(folder.path());
    assert_eq!(store.hand_over(Epoch(0)).expect("reads"), None, "the first epoch needs none");
    assert_eq!(store.hand_over(Epoch(4)).expect("reads"), Some(hand_over(4)));
    assert_eq!(store.hand_over(Epoch(5)).expect("reads"), None);
    assert_eq!(store.last_hand_over().expect("reads"), Some(hand_over(4)));
}

#[test]
fn pages_are_bounded_by_number_by_bytes_and_by_the_epoch() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = source(folder.path());
    let frozen = store.freeze().expect("reads").expect("a state");
    let page = |after, until, count, bytes| {
        let proofs = frozen.hand_overs(Epoch(after), Epoch(until), count, bytes).expect("reads");
        proofs.iter().map(|proof| proof.hand_over.epoch().0).collect::<Vec<_>>()
    };
    let one = codec::encode(&hand_over(1)).len();
    assert_eq!(page(0, 4, 9, usize::MAX), [1, 2, 3, 4]);
    assert_eq!(page(1, 3, 9, usize::MAX), [2, 3], "none after the requested epoch");
    assert_eq!(page(0, 4, 2, usize::MAX), [1, 2]);
    assert_eq!(page(0, 4, 9, 3 * one), [1, 2, 3]);
    assert_eq!(page(0, 4, 9, 3 * one - 1), [1, 2]);
    assert_eq!(page(2, 4, 9, 0), [3], "only the first may exceed the limit");
    assert!(page(4, 4, 9, usize::MAX).is_empty());
}

#[test]
fn hand_overs_of_an_unfinished_takeover_do_not_count() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let store = open(folder.path());
        store.take_over_hand_overs(&[hand_over(1), hand_over(2)]).expect("writes");
    }
    let store = open(folder.path());
    assert_eq!(store.hand_over(Epoch(1)).expect("reads"), None, "the takeover was not completed");
    store.take_over_hand_overs(&[hand_over(1)]).expect("writes");
    store.take_over_leaves(&ancestry(3)).expect("writes");
    store.complete_takeover(&Tip { height: Height(3), ..Tip::default() }, &block(3)).expect("writes");
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.hand_over(Epoch(1)).expect("reads"), Some(hand_over(1)));
    assert!(store.take_over_hand_overs(&[hand_over(2)]).is_err(), "a store with blocks refuses a takeover");
    write(&store, 4, None, Height(3)).expect("writes");
}
