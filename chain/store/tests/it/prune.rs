//! A store prunes the bodies of old blocks. Certificates and proofs of hand-overs are kept. A pruned store reports its
//! first block, also to another process that reads its folder while it is in use.

use crate::fixture::{batch, block, delta, hand_over, seen, write};
use chain_store::{BlockBatch, Span, Store, StoreError};
use chain_types::{Block, Epoch, FinalBlock, Height, Receipt, Rejection, atomic::CertifiedHeader, codec};
use std::{
    path::Path,
    time::{Duration, Instant},
};

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("opens")
}

/// A store of ten blocks; the second one began an epoch.
fn source(folder: &Path) -> Store {
    let store = open(folder);
    for height in 1..=10 {
        let (block, delta, seen) = (block(height), delta(height), seen(height));
        let proof = (height == 2).then(|| hand_over(1));
        let batch = batch(height, &block, &delta, &seen);
        store.write(&BlockBatch { hand_over: proof.as_ref(), ..batch }).expect("writes");
    }
    store
}

fn header(height: u64) -> CertifiedHeader {
    let FinalBlock { header, certificate, .. } = block(height);
    CertifiedHeader { header, certificate }
}

fn assert_pruned_below_five(store: &Store) {
    assert_eq!(store.first_block().expect("reads"), Some(Height(5)));
    for dropped in 1..5 {
        assert_eq!(store.block(Height(dropped)).expect("reads"), None);
        assert!(
            store.blocks(Height(dropped), 8, usize::MAX).expect("reads").is_empty(),
            "missing blocks give an empty list"
        );
    }
    let kept = store.blocks(Height(5), 8, usize::MAX).expect("reads");
    assert_eq!(kept, (5..=10).map(block).collect::<Vec<_>>());
    for height in 1..=10 {
        assert_eq!(store.header(Height(height)).expect("reads"), Some(header(height)), "block {height}");
    }
    assert_eq!(store.header(Height(11)).expect("reads"), None);
    assert_eq!(store.hand_over(Epoch(1)).expect("reads"), Some(hand_over(1)));
}

#[test]
fn a_pruned_block_keeps_header_certificate_and_hand_overs() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let store = source(folder.path());
        assert_eq!(store.first_block().expect("reads"), Some(Height(1)));
        store.prune(Height(1), Height(3)).expect("prunes");
        store.prune(Height(3), Height(5)).expect("prunes");
        assert_pruned_below_five(&store);
        write(&store, 11, None, Height(0)).expect("a synced write makes the deletions durable");
        store.reclaim().expect("reclaims");
    }
    let store = open(folder.path());
    assert_eq!(store.block(Height(11)).expect("reads"), Some(block(11)));
    assert_eq!(store.blocks(Height(5), 6, usize::MAX).expect("reads").len(), 6);
    assert_eq!(store.first_block().expect("reads"), Some(Height(5)));
    assert_eq!(store.header(Height(4)).expect("reads"), Some(header(4)));
    let missing = store.prune(Height(1), Height(2));
    assert!(matches!(missing, Err(StoreError::Missing { what: "block", height: Height(1) })), "{missing:?}");
}

#[test]
fn the_range_of_blocks_is_read_from_a_folder_in_use() {
    let (folder, empty) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    drop(open(empty.path()));
    assert_eq!(Span::read(empty.path()).expect("reads"), None);
    let store = source(folder.path());
    let span = |first| Some(Span { first: Height(first), last: Height(10) });
    assert_eq!(Span::read(folder.path()).expect("reads"), span(1));
    store.prune(Height(1), Height(5)).expect("prunes");
    assert_eq!(Span::read(folder.path()).expect("reads"), span(5));
    assert_pruned_below_five(&store);
}

#[test]
fn the_space_of_dropped_bodies_comes_back() {
    const BLOCKS: u64 = 6_000;
    const KEPT: u64 = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let (mut most, mut writing, mut pruning) = (0, Duration::ZERO, Duration::ZERO);
    for height in 1..=BLOCKS {
        let large = large(height);
        let batch = batch(1, &large, &[], &[]);
        let began = Instant::now();
        store.write(&BlockBatch { height: Height(height), ..batch }).expect("writes");
        let wrote = Instant::now();
        if height > KEPT {
            store.prune(Height(height - KEPT), Height(height - KEPT + 1)).expect("prunes");
        }
        writing += wrote - began;
        pruning += wrote.elapsed();
        if height.is_multiple_of(500) {
            store.reclaim().expect("reclaims");
            most = most.max(bytes_of(folder.path()));
        }
    }
    let written = BLOCKS * codec::encode(&large(1)).len() as u64;
    eprintln!(
        "pruning: {} MB written in {writing:?}, {} MB on disk at most, pruned in {pruning:?}",
        written >> 20,
        most >> 20
    );
    assert!(most < written / 2, "{most} of {written} bytes");
}

/// A block of 32 KiB that does not compress.
fn large(height: u64) -> FinalBlock {
    let mut state = height;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from(state >> 58).expect("six bits"))
    };
    let text: String = (0..32 * 1024).map(|_| next()).collect();
    let receipts = vec![Receipt::Rejected(Rejection::new("a.code").with("text", &text))];
    FinalBlock { block: Block { transactions: Vec::new(), receipts }, ..block(1) }
}

/// The bytes of the table files in a folder. The write-ahead log is not pruned yet.
fn bytes_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    let tables = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "sst"));
    tables.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
