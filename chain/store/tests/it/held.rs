//! A block is held before it is voted for. It comes back after a restart until its height is decided, and is gone with the
//! write that decides it.

use crate::fixture::{block, time};
use chain_store::{BlockBatch, Store};
use chain_types::{Height, Transaction, codec};

#[test]
fn a_held_block_comes_back_until_its_height_is_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (block(1).header, block(2).header);
    {
        let store = Store::open(folder.path()).expect("opens");
        for header in [&first, &second] {
            let held = codec::encode(&(header.clone(), Vec::<Transaction>::new()));
            store.hold(header.height, &header.digest(), &held).expect("holds");
        }
    }
    let store = Store::open(folder.path()).expect("opens");
    let held = |from| store.held(Height(from)).expect("reads").into_iter().map(|(header, _)| header);
    assert_eq!(held(1).collect::<Vec<_>>(), [first.clone(), second.clone()]);
    let batch = BlockBatch {
        height: Height(1),
        time: time(1),
        block: &codec::encode(&block(1)),
        delta: &[],
        seen: &[],
        flush: None,
        transactions: 0,
        records: 0,
        flushed: Height(0),
        hand_over: None,
        released: &[(first.height, first.digest())],
    };
    store.write(&batch).expect("writes");
    assert_eq!(held(1).collect::<Vec<_>>(), [second]);
}
