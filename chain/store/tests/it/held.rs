//! A block is held before it is voted for, and read back after a restart until its height is decided. The write that
//! decides the height leaves the final block's transactions in place and drops the other held blocks of the height.

use crate::fixture::{batch, block, delta, seen};
use chain_store::{BlockBatch, Store, StoreError};
use chain_types::{
    BlockHeader, Body, ChainId, Command, Digest, Entry, EntryCore, FinalBlock, Height, Mode, SecretKey, TenantId,
    TimestampMs, Transaction, account, codec, transaction::Draft,
};

fn transaction(salt: u8) -> Transaction {
    let draft = Draft {
        chain_id: ChainId(Digest([7; 32])),
        tenant: TenantId([1; 16]),
        valid_until_ms: TimestampMs(1),
        salt: [salt; 16],
        mode: Mode::Independent,
    };
    let key = SecretKey::from_seed(&[1; 32]);
    let command = Command::Account(account::Command::AddAuthor(account::AddAuthor { author: key.public_key() }));
    draft.sign(&key, vec![Entry { core: EntryCore { subjects: Vec::new(), command }, body: Body::Public(vec![salt]) }])
}

/// The block of a height with two transactions.
fn full(height: u64) -> FinalBlock {
    let mut block = block(height);
    block.block.transactions = vec![transaction(1), transaction(2)];
    block
}

fn hold(store: &Store, header: &BlockHeader, transactions: &[Transaction]) {
    let held = codec::encode(&(header.clone(), transactions.to_vec()));
    store.hold(header.height, &header.digest(), &held).expect("holds");
}

/// Writes a held block as final.
fn decide(store: &Store, block: &FinalBlock, released: &[(Height, Digest)]) {
    let height = block.header.height.0;
    let (delta, seen) = (delta(height), seen(height));
    let batch = batch(height, block, &delta, &seen);
    store.write(&BlockBatch { is_held: true, released, ..batch }).expect("writes");
}

#[test]
fn a_held_block_comes_back_until_its_height_is_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (full(1), block(2).header);
    let rival = BlockHeader { proposer: 1, ..first.header.clone() };
    {
        let store = Store::open(folder.path()).expect("opens");
        hold(&store, &first.header, &first.block.transactions);
        hold(&store, &rival, &[transaction(3)]);
        hold(&store, &second, &[]);
    }
    let store = Store::open(folder.path()).expect("opens");
    let held = |from| store.held(Height(from)).expect("reads").into_iter().map(|(header, _)| header);
    assert_eq!(held(1).count(), 3);
    decide(&store, &first, &[(rival.height, rival.digest())]);
    assert_eq!(held(2).collect::<Vec<_>>(), [second]);
    assert!(held(1).all(|header| header != rival), "the other block of the height is removed");
}

/// A block that was held is read exactly like one that was written whole.
#[test]
fn a_block_that_was_held_reads_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let blocks: Vec<_> = (1..=3).map(full).collect();
    for block in &blocks {
        hold(&store, &block.header, &block.block.transactions);
        decide(&store, block, &[]);
    }
    drop(store);
    let store = Store::open(folder.path()).expect("opens");
    assert_eq!(store.block(Height(2)).expect("reads").as_ref(), Some(&blocks[1]));
    assert_eq!(store.blocks(Height(1), 8, usize::MAX).expect("reads"), blocks);
    let length = codec::encode(&blocks[0]).len();
    for (bytes, count) in [(2 * length - 1, 1), (2 * length, 2)] {
        assert_eq!(store.blocks(Height(1), 8, bytes).expect("reads").len(), count, "within {bytes} bytes");
    }
    let header = store.header(Height(2)).expect("reads").expect("the header is stored");
    assert_eq!(header.header, blocks[1].header);
}

#[test]
fn pruning_a_block_drops_its_held_transactions() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    for height in 1..=3 {
        let block = full(height);
        hold(&store, &block.header, &block.block.transactions);
        decide(&store, &block, &[]);
    }
    store.prune(Height(1), Height(3)).expect("prunes");
    let held: Vec<_> = store.held(Height(1)).expect("reads").into_iter().map(|(header, _)| header.height).collect();
    assert_eq!(held, [Height(3)]);
    assert_eq!(store.header(Height(1)).expect("reads").expect("the header is kept").header, full(1).header);
    assert_eq!(store.block(Height(3)).expect("reads"), Some(full(3)));
}

/// A store that lost a held block returns an error.
#[test]
fn a_block_whose_transactions_are_gone_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    decide(&store, &full(1), &[]);
    let error = store.block(Height(1)).expect_err("the block was never held");
    assert!(matches!(error, StoreError::Missing { what: "held block", height: Height(1) }), "{error}");
}
